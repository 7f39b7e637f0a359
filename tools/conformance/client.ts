// Our client of MCP servers, as the conformance suite starts it for a scenario: node client.ts SERVER_URL
// It does what a deploy and the calls of an app do: it lists the tools, calls each, and answers what they ask.
import { KernelConfig } from '../../apps/kernel/dist/src/kernel.config.js';
import { type McpConnection, McpClient } from '../../apps/kernel/dist/src/mcp/mcp-client.js';
import { McpCommands } from '../../apps/kernel/dist/src/mcp/mcp-commands.js';
import { paramHeadersOf, toHeaders } from '../../apps/kernel/dist/src/mcp/param-headers.js';
import type { McpTool } from '../../apps/kernel/dist/src/mcp/pin.js';
import { readTools } from '../../apps/kernel/dist/src/mcp/tool-pins.js';
import { ServerClient } from '../../apps/kernel/dist/src/server-client/server-client.js';

type Result = Awaited<ReturnType<McpConnection['send']>>;
interface Context {
  /** Calls that the scenario wants, where the examples below do not do. */
  toolCalls?: { name: string; arguments: Result }[];
}

const TURNS_MAX = 5;
const EXAMPLES: Result = { string: 'text', number: 5, integer: 5, boolean: true, array: [], object: {} };
const YES = { action: 'accept', content: { confirmed: true, ok: true, name: 'Ada' } };

const config = Object.assign(new KernelConfig(), { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' });
const client = new McpClient(new ServerClient(config), new McpCommands(config), config);
const { toolCalls } = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] || '{}') as Context;

function examplesFor({ inputSchema }: McpTool): Result {
  const properties = Object.entries((inputSchema['properties'] ?? {}) as Record<string, Result>);
  return Object.fromEntries(properties.map(([name, { type }]) => [name, EXAMPLES[String(type)] ?? 'text']));
}

async function call({ send }: McpConnection, { name, inputSchema }: McpTool, params: Result): Promise<void> {
  const headers = toHeaders(paramHeadersOf(inputSchema) ?? [], params);
  const asked: Result = { name, arguments: params };
  let result = await send('tools/call', asked, headers);
  for (let turn = 0; result['resultType'] === 'input_required' && turn < TURNS_MAX; turn++) {
    const questions = Object.keys(result['inputRequests'] ?? {});
    const inputResponses: Result = Object.fromEntries(questions.map((key) => [key, YES]));
    const { requestState } = result;
    result = await send('tools/call', { ...asked, inputResponses, ...(requestState !== undefined && { requestState }) }, headers);
  }
}

const target = { url: process.argv[2] ?? '', headers: {}, capabilities: { elicitation: { form: {} } }, trace: '', timeoutMs: 20_000 };
await client.connect(target, async (connection) => {
  const { tools } = await readTools(connection);
  const calls = toolCalls?.map((asked) => ({ tool: tools.find(({ name }) => name === asked.name), params: asked.arguments }));
  for (const { tool, params } of calls ?? tools.map((each) => ({ tool: each, params: examplesFor(each) })))
    if (tool) await call(connection, tool, params).catch((error: unknown) => console.error(`${tool.name}: ${String(error)}`));
});
