import type { McpServerRead, ReadMcpServer as Input } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { IrError } from '../ir/ir-error.js';
import { isObject, type JsonObject } from '../ir/ir.js';
import { isFunctionName } from '../ir/names.js';
import { KernelConfig } from '../kernel.config.js';
import { McpClient } from '../mcp/mcp-client.js';
import { type McpTool, pinOf } from '../mcp/pin.js';
import { readTools } from '../mcp/tool-pins.js';

/** What passes to the server beside tools. */
const PASSED_CAPABILITIES = ['prompts', 'resources', 'completions'];
const NAME_MAX = 90;

/** Makes an IR of what an MCP server offers to anyone. */
@Injectable()
export class ReadMcpServer {
  constructor(
    private readonly client: McpClient,
    private readonly config: KernelConfig,
  ) {}

  async run(ctx: Ctx, { app_id: id, version, name: title, source }: Input): Promise<McpServerRead> {
    const { url, credential, oauth, relays, long_running } = source;
    if (credential && oauth) return refusal('give the credential or oauth, not both');
    const target = { url, headers: {}, capabilities: {}, trace: ctx.trace, timeoutMs: this.config.SKEP_MCP_TIMEOUT_MS };
    try {
      return await this.client.connect(target, async (connection) => {
        const { tools } = await readTools(connection);
        const unknown = long_running.filter((tool) => !tools.some(({ name }) => name === tool));
        if (unknown.length) return refusal(`it has no tool '${unknown[0]}', which long_running names`);
        const capabilities = Object.fromEntries(
          Object.entries(connection.capabilities).filter(([key]) => PASSED_CAPABILITIES.includes(key)),
        );
        const goesUp = credential ?? (oauth && { provider: oauth.provider, header: 'Authorization', prefix: 'Bearer ' });
        const mcp = { url, credential: goesUp ? { ...goesUp } : null, relays, capabilities };
        return { faults: [], ir: { ir_version: '1.0', app: { id, version, title, functions: toFunctions(tools), mcp } } };
      });
    } catch (error) {
      if (!(error instanceof IrError)) throw error;
      return error.code === 'CREDENTIAL_REQUIRED' ? refusal(needsCredential(source)) : refusal(error.message);
    }
  }
}

const refusal = (why: string): McpServerRead => ({ faults: [`The MCP server cannot be an app: ${why}`], ir: null });

function needsCredential({ credential, oauth }: Input['source']): string {
  const which = credential
    ? `, which the secret '${credential.secret}' would be`
    : oauth
      ? `, which an account at '${oauth.provider}' would be`
      : '';
  return `it lists its tools only with a credential${which}. Reviewers see what anyone can: let it list them without`;
}

/** The functions of an app for the tools of its server. */
function toFunctions(tools: readonly McpTool[]): object[] {
  const names = new Map<string, number>();
  for (const { name } of tools) names.set(toName(name), (names.get(toName(name)) ?? 0) + 1);
  return tools.map((tool) => ({
    name: names.get(toName(tool.name)) === 1 ? toName(tool.name) : withHash(tool.name),
    description: tool.description || tool.title || tool.name,
    params_schema: { ...tool.inputSchema, type: 'object' },
    return_schema: isObject(tool.outputSchema) ? tool.outputSchema : null,
    action_type: actionTypeOf(tool.annotations),
    impl: { kind: 'mcp', tool: tool.name, pin: pinOf(tool) },
  }));
}

/** A function name has fewer characters than that of a tool may have. */
function toName(tool: string): string {
  if (isFunctionName(tool)) return tool;
  const name = tool
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, NAME_MAX);
  return isFunctionName(name) ? name : withHash(tool);
}

function withHash(tool: string): string {
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, 8);
  return `t_${tool.replace(/[^A-Za-z0-9]+/g, '_').slice(0, NAME_MAX - 11)}_${hash}`;
}

/** As the protocol reads annotations: a tool that says nothing may be destructive. */
function actionTypeOf({ readOnlyHint, destructiveHint }: JsonObject = {}): string {
  if (readOnlyHint === true) return 'read';
  return destructiveHint === false ? 'write' : 'destructive';
}
