import { OutboundError, RunStopped } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppHealth } from '../health/app-health.js';
import { IrError } from '../ir/ir-error.js';
import { isObject, type IrFunction, type Json, type JsonObject, type McpImpl } from '../ir/ir.js';
import { formatFault } from '../ir/json-schema.js';
import { validatorOf } from '../ir/params.js';
import { SERVER_CALL } from '../ir/permissions.js';
import { measureJson } from '../ir/plain-json.js';
import { KernelConfig } from '../kernel.config.js';
import { McpClient } from '../mcp/mcp-client.js';
import { McpCredentials } from '../mcp/mcp-credentials.js';
import { McpRelay, relayedCapabilities } from '../mcp/mcp-relay.js';
import { paramHeadersOf, toHeaders } from '../mcp/param-headers.js';
import { ToolPins } from '../mcp/tool-pins.js';
import { wrongAnswer } from '../server-client/outbound-failure.js';
import type { Call, Success } from './call.js';

/** What fits into a message of the bus. */
const RESULT_LIMITS = { bytes: 3 * 1024 * 1024, depth: 64 };
const TEXT_MAX = 2_000;

/** A function that is a tool of an MCP server. */
type McpFunction = IrFunction & { impl: McpImpl };

export const isMcpTool = (fn: IrFunction): fn is McpFunction => fn.impl.kind === 'mcp';

/** Calls a tool of the MCP server of an app, as it was reviewed: with the credential of the user, and nothing of the caller's request. */
@Injectable()
export class CallMcpTool {
  constructor(
    private readonly client: McpClient,
    private readonly credentials: McpCredentials,
    private readonly pins: ToolPins,
    private readonly relay: McpRelay,
    private readonly health: AppHealth,
    private readonly config: KernelConfig,
  ) {}

  /** @throws IrError, with the tool's result if the tool itself failed, or asks a question */
  async run(call: Call, fn: McpFunction, params: JsonObject): Promise<Success> {
    const { app, ctx, round, signal } = call;
    const { mcp: server } = app;
    if (!server) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${app.id}' has no MCP server`);
    if (!app.permissions.has(SERVER_CALL)) throw new IrError('PERMISSION_DENIED', `'${app.id}' lacks the permission '${SERVER_CALL}'`);
    const headers = await this.credentials.headersFor(ctx, app.id, server);
    const target = {
      ...{ url: server.url, headers, capabilities: relayedCapabilities(server, round), trace: ctx.trace, signal },
      timeoutMs: this.timeoutOf(call),
    };
    const request = {
      ...{ method: 'tools/call', params: { name: fn.impl.tool, arguments: params } },
      ...{ headers: toHeaders(paramHeadersOf(fn.params_schema) ?? [], params), round, of: [app.id, app.revision] },
    };
    const result = await this.client
      .connect(target, async (connection) => {
        await this.pins.assertUnchanged([server.url, ctx.tenant, ctx.user], fn.impl, connection);
        return this.relay.send(ctx, server, connection, request);
      })
      .catch((error: unknown) => {
        if (!(signal.reason instanceof RunStopped)) this.health.note(app.id, !isOutage(error));
        throw error;
      });
    this.health.note(app.id, true);
    return { data: readResult(fn, withoutProtocolMeta(result)), data_format: 'mcp', summary: 'Done.' };
  }

  /** A task has more time than other calls. */
  private timeoutOf({ app, ctx, name }: Call): number {
    const timeoutMs = app.taskTimeouts.get(name) ?? this.config.SKEP_MCP_TIMEOUT_MS;
    return Math.max(1, Math.min(timeoutMs, ctx.deadline - Date.now()));
  }
}

const isOutage = (error: unknown): boolean =>
  error instanceof OutboundError || (error instanceof IrError && (error.code === 'BACKEND_5XX' || error.code === 'BACKEND_TIMEOUT'));

/** The result as it came. @throws IrError if the tool failed, or the result is not what was reviewed */
function readResult(fn: McpFunction, result: JsonObject): Json {
  const { fault } = measureJson(result, RESULT_LIMITS);
  if (fault) throw wrongAnswer(fault.msg);
  if (result['isError'] === true) throw new IrError('EXT_UNSTRUCTURED_ERROR', textOf(result), result);
  const structured = result['structuredContent'];
  const mismatch = structured === undefined ? undefined : validatorOf(fn, 'return_schema')(structured);
  if (mismatch) throw wrongAnswer(`does not match the reviewed outputSchema: ${formatFault(mismatch)}`);
  return result;
}

/** The result without what the protocol says about this connection, such as the name of the server. */
function withoutProtocolMeta({ _meta, ...result }: JsonObject): JsonObject {
  const kept = Object.entries(isObject(_meta) ? _meta : {}).filter(([key]) => !key.startsWith('io.modelcontextprotocol/'));
  return { ...result, ...(kept.length && { _meta: Object.fromEntries(kept) }) };
}

function textOf({ content }: JsonObject): string {
  const parts = Array.isArray(content) ? content : [];
  const texts = parts.flatMap((part) => (isObject(part) && typeof part['text'] === 'string' ? [part['text']] : []));
  return texts.join('\n').slice(0, TEXT_MAX).toWellFormed() || 'The tool failed.';
}
