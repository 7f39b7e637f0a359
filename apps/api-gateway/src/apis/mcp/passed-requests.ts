import { kernel, MCP_PASSED_METHODS, type McpRound } from '@skep/contracts/kernel';
import { type Bus, type Ctx, withKeySuffix } from '@skep/platform';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  ProtocolError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { createHash } from 'node:crypto';
import { callCtx, type McpRequest } from './mcp-request.js';
import { isPanelPage, readPanelPage } from './panel-page.js';

type Round = Pick<ServerContext['mcpReq'], 'envelope' | 'inputResponses'>;
/** The capability that a method needs. */
const NEEDS = { prompts: 'prompts', resources: 'resources', completion: 'completions' } as const;

/** The capabilities of clients that a server may use. A repeated call is the same call, whatever others its client declares. */
const ASKED = ['elicitation', 'sampling', 'roots'] as const;

export const capabilitiesOf = (envelope: Round['envelope']): ClientCapabilities =>
  ((envelope ?? {}) as Readonly<Record<string, ClientCapabilities>>)[CLIENT_CAPABILITIES_META_KEY] ?? {};

/** What a client can be asked, and what it answers. */
export function roundOf(
  envelope: Round['envelope'],
  { state, responses }: { state?: string | undefined; responses: Round['inputResponses'] },
): McpRound {
  const declared = capabilitiesOf(envelope);
  return {
    capabilities: Object.fromEntries(ASKED.flatMap((name) => (declared[name] ? [[name, declared[name]]] : []))),
    ...(responses && { responses: responses as Record<string, unknown> }),
    ...(state !== undefined && { state }),
  };
}

/** Each round of a call has an idempotency key of its own: its answers make it another request. */
export function roundCtx(ctx: Ctx, { state, responses }: McpRound): Ctx {
  if (state === undefined && !responses) return ctx;
  return withKeySuffix(
    ctx,
    createHash('sha256')
      .update(JSON.stringify([state, responses]))
      .digest('base64url'),
  );
}

/** Requests for prompts, resources and completion, which the MCP server of an app answers. */
export class PassedRequests {
  constructor(private readonly bus: Bus) {}

  /** Makes `server` answer those that the app's server offers. @param answer turns problems into errors of the protocol */
  register(server: Server, { app, ...request }: McpRequest, answer: <T>(work: () => Promise<T>) => Promise<T>): void {
    if (!app) return;
    for (const method of MCP_PASSED_METHODS) {
      const [group] = method.split('/') as [keyof typeof NEEDS];
      if (!request.passed?.[NEEDS[group]]) continue;
      server.setRequestHandler(method, ({ params }, { mcpReq }) =>
        answer(async () => {
          const { _meta, ...rest } = (params ?? {}) as Record<string, unknown>;
          if (method === 'resources/read' && isPanelPage(rest['uri'])) return (await readPanelPage()) as never;
          const round = roundOf(mcpReq.envelope, { state: mcpReq.requestState<string>(), responses: mcpReq.inputResponses });
          const ctx = callCtx(request, mcpReq._meta);
          const { result, error } = await this.bus.call(kernel.requestMcpServer, ctx, { app_id: app.app_id, method, params: rest, round });
          if (error) throw new ProtocolError(Number(error['code']), String(error['message']), error['data']);
          return result as never;
        }),
      );
    }
  }
}
