import type { McpServerReview, PinnedTool } from '@skep/contracts/portal';
import type { FunctionInfo } from '@skep/contracts/registry';
import type { AppEntity } from '../app/app.entity.js';
import type { Listing } from './listing.js';

/** The parts of an IR that name an MCP server and its tools. */
interface IrOfMcpServer {
  app: {
    mcp?: { url: string; credential: Record<string, unknown> | null; relays: string[] } | null;
    functions: { name: string; impl: { kind: string; tool?: string; pin?: string } }[];
  };
}

/** What a reviewer sees of an app's MCP server, with the difference to the approved release. Null for other apps. */
export function reviewMcpServer(ir: AppEntity['ir'], functions: FunctionInfo[], approved: Listing | undefined): McpServerReview | null {
  const { app } = (ir ?? { app: { functions: [] } }) as unknown as IrOfMcpServer;
  if (!app.mcp) return null;
  const { url, credential, relays } = app.mcp;
  const tools = app.functions.flatMap(({ name, impl: { tool, pin } }) => (tool && pin ? [{ tool, function: name, pin }] : []));
  const former = approved?.mcp_server ?? null;
  return {
    ...{ url, credential, relays, tools },
    approved: former && { url: former.url, credential: former.credential, relays: former.relays },
    changes: former ? changesOf(definitionsOf(former.tools, approved!.tools_json), definitionsOf(tools, functions)) : [],
  };
}

type Definitions = ReadonlyMap<string, Record<string, unknown> & Pick<PinnedTool, 'pin'>>;

const definitionsOf = (tools: PinnedTool[], functions: FunctionInfo[]): Definitions =>
  new Map(tools.map(({ tool, function: name, pin }) => [tool, { ...functions.find((fn) => fn.name === name), pin }]));

function changesOf(former: Definitions, present: Definitions): McpServerReview['changes'] {
  return [...new Set([...former.keys(), ...present.keys()])].flatMap((tool) => {
    const [before = null, after = null] = [former.get(tool), present.get(tool)];
    if (before?.pin === after?.pin) return [];
    return [{ tool, change: before ? (after ? 'changed' : 'removed') : 'added', before, after }];
  });
}
