import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IrError } from '../ir/ir-error.js';
import { isObject, type JsonObject, type McpImpl } from '../ir/ir.js';
import { wrongAnswer } from '../server-client/outbound-failure.js';
import type { McpConnection } from './mcp-client.js';
import { paramHeadersOf } from './param-headers.js';
import { type McpTool, pinOf } from './pin.js';

const LISTS_MAX = 1_000;
/** A server may say that its list holds for longer. */
const TTL_MAX_MS = 3_600_000;
const PAGES_MAX = 64;
const TOOLS_MAX = 256;

/** The tools of a server that the protocol allows to use, and for how many milliseconds it says that they stay so. @throws IrError */
export async function readTools(connection: McpConnection): Promise<{ tools: McpTool[]; ttlMs: number }> {
  const tools: McpTool[] = [];
  let ttlMs = TTL_MAX_MS;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX && tools.length <= TOOLS_MAX; page++) {
    const listed = await connection.send('tools/list', cursor === undefined ? {} : { cursor });
    if (!Array.isArray(listed['tools']) || !listed['tools'].every(isTool)) throw wrongAnswer('has no valid list of tools');
    tools.push(...(listed['tools'] as JsonObject[] as unknown as McpTool[]).filter(({ inputSchema }) => paramHeadersOf(inputSchema)));
    ttlMs = Math.min(ttlMs, typeof listed['ttlMs'] === 'number' ? Math.max(0, listed['ttlMs']) : 0);
    if (typeof listed['nextCursor'] !== 'string') return { tools, ttlMs };
    cursor = listed['nextCursor'];
  }
  throw wrongAnswer(`lists more than ${TOOLS_MAX} tools, or more than ${PAGES_MAX} pages`);
}

const isTool = (value: unknown): boolean => isObject(value) && typeof value['name'] === 'string' && isObject(value['inputSchema']);

/**
 * Compares the tools that a server lists with those that were reviewed. Each user has a list of their own, because a server may show each another one. It is
 * read again when the time that the server states has passed; without one, for each call.
 */
@Injectable()
export class ToolPins {
  private readonly lists = new LRUCache<string, ReadonlyMap<string, string>>({ max: LISTS_MAX, ttl: TTL_MAX_MS });

  /** @param owner of the list @throws IrError `TOOL_CHANGED` if the tool is another one than was reviewed, or does not exist any more */
  async assertUnchanged(owner: readonly string[], { tool, pin }: McpImpl, connection: McpConnection): Promise<void> {
    const key = JSON.stringify(owner);
    const pins = this.lists.get(key) ?? (await this.read(key, connection));
    if (pins.get(tool) !== pin)
      throw new IrError(
        'TOOL_CHANGED',
        `the server of this app ${pins.has(tool) ? 'has changed' : 'no longer has'} the tool '${tool}': it is refused until a reviewer has seen the difference`,
      );
  }

  private async read(key: string, connection: McpConnection): Promise<ReadonlyMap<string, string>> {
    const { tools, ttlMs } = await readTools(connection);
    const pins = new Map(tools.map((tool) => [tool.name, pinOf(tool)]));
    if (ttlMs > 0) this.lists.set(key, pins, { ttl: Math.min(ttlMs, TTL_MAX_MS) });
    return pins;
  }
}
