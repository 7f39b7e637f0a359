import { Problem } from '@skep/contracts';
import { type CallResult, kernel } from '@skep/contracts/kernel';
import { type Bus, type Ctx, type Log, safeToolName, toolNameOf, toProblem } from '@skep/platform';
import {
  type CallToolResult,
  type ClientCapabilities,
  createMcpHandler,
  type InputRequiredResult,
  type McpHttpHandler,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import type { FeedReader } from '../../events/feed-reader.js';
import { DiscoverableServer } from '../../internals/discoverable-server.js';
import { VERSION } from '../../openapi/document.js';
import { textOf } from './json-rpc-errors.js';
import { listChanges } from './list-changes.js';
import { callCtx, type McpRequest } from './mcp-request.js';
import { registerPanelPage } from './panel-page.js';
import { showsPanels, toPanelResult, UI } from './panels.js';
import { capabilitiesOf, PassedRequests, roundCtx, roundOf } from './passed-requests.js';
import { isOfMcpServer, Questions } from './questions.js';
import { REVISIONS } from './revisions.js';
import { SEARCH_TOOLS, searchTools, unwrap } from './search-tools.js';
import { toFailure, toToolResult } from './tool-results.js';
import { Tasks, TASKS } from './tasks.js';
import type { CalledFunction, Tools } from './tools.js';

const LIST_TTL_MS = 30_000;
const DISCOVERY_TTL_MS = 3_600_000;
/** Of the MCP server of an app, unless that says otherwise. */
const CACHEABLE = ['prompts/list', 'resources/list', 'resources/templates/list', 'resources/read'] as const;
const SERVER_OPTIONS: ServerOptions = {
  capabilities: { tools: { listChanged: true }, extensions: { [TASKS]: {}, [UI]: {} } },
  supportedProtocolVersions: [...REVISIONS],
  cacheHints: {
    'tools/list': { ttlMs: LIST_TTL_MS, cacheScope: 'private' },
    'server/discover': { ttlMs: DISCOVERY_TTL_MS, cacheScope: 'private' },
    ...Object.fromEntries(CACHEABLE.map((method) => [method, { ttlMs: 0, cacheScope: 'private' }])),
  },
};

interface CallParams {
  name: string;
  arguments?: Record<string, unknown> | undefined;
}

/** Serves the tools of a caller to MCP clients. Each HTTP request has a server of its own, so any gateway can serve any request. */
export class McpServers {
  private readonly questions: Questions;
  private readonly passed: PassedRequests;
  private readonly tasks: Tasks;

  constructor(
    private readonly bus: Bus,
    private readonly tools: Tools,
    private readonly feed: FeedReader,
    private readonly log: Log,
  ) {
    this.questions = new Questions(bus);
    this.passed = new PassedRequests(bus);
    this.tasks = new Tasks(bus);
  }

  /** The handler of one HTTP request. */
  open(request: McpRequest): McpHttpHandler {
    return createMcpHandler(() => this.serverFor(request), { bus: listChanges(this.feed, request) });
  }

  private serverFor(request: McpRequest): Server {
    const { app } = request;
    const info = app ? { name: app.app_id, title: app.name, version: app.version } : { name: 'skep', title: 'Skep', version: VERSION };
    const hasPanels = !app || app.panels.length > 0;
    const capabilities = { ...SERVER_OPTIONS.capabilities, ...(hasPanels && { resources: {} }), ...request.passed };
    const server = new DiscoverableServer(info, { ...SERVER_OPTIONS, capabilities });
    this.tasks.register(server, request, (work) => this.answer(request.ctx, work));
    this.passed.register(server, request, (work) => this.answer(request.ctx, work));
    if (hasPanels && !request.passed?.resources) registerPanelPage(server);
    server.setRequestHandler('tools/list', ({ params }, { mcpReq: { envelope } }) =>
      this.answer(request.ctx, () => this.list(request, params?.cursor, canShow(envelope))),
    );
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }) => this.answer(request.ctx, () => this.call(request, params, mcpReq)));
    return server;
  }

  private async list({ ctx, app, searches }: McpRequest, cursor: string | undefined, showsPanels: boolean) {
    if (searches) return { tools: [...SEARCH_TOOLS] };
    if (!app) return this.tools.list(ctx, cursor, showsPanels);
    if (cursor !== undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This list has one page only.');
    return { tools: this.tools.listOf(app, showsPanels) };
  }

  private async call(
    request: McpRequest,
    { name, arguments: params = {} }: CallParams,
    { _meta, envelope, inputResponses: responses, requestState, signal }: ServerContext['mcpReq'],
  ): Promise<CallToolResult | InputRequiredResult> {
    const ctx = callCtx(request, _meta);
    if (request.searches && name === 'search_tools') return this.search(request, params);
    if (request.searches && name === 'call_tool') ({ name, arguments: params = {} } = unwrap(params));
    const called = await this.tools.find({ ...ctx, idempotencyKey: undefined } as Ctx, name, request.app);
    if (!called) throw unknownTool(name);
    const state = requestState<string>();
    try {
      if (state !== undefined && !isOfMcpServer(state)) return await this.questions.answer(ctx, called, params, { state, responses });
      const round = roundOf(envelope, { state, responses });
      const input = { app_id: called.app_id, user_id: ctx.user, tenant_id: ctx.tenant, function: called.fn.name, params, round };
      const result = await this.bus.call(kernel.callForMcpClient, roundCtx(ctx, round), input);
      const question = this.questions.ask(result, canAsk(round.capabilities));
      return (
        question ??
        this.showPanel(request, called, result, envelope) ??
        (await this.toAnswer(ctx, result, capabilitiesOf(envelope), signal))
      );
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      if (error instanceof Problem && error.body.code === 'app_not_installed') throw unknownTool(name);
      return toFailure(error);
    }
  }

  /** Undefined for the result of another function, and for a failure. */
  private showPanel(
    { app: only, site }: McpRequest,
    { app, fn: { panel } }: CalledFunction,
    result: CallResult,
    envelope: ServerContext['mcpReq']['envelope'],
  ): CallToolResult | undefined {
    if (!panel || result.status === 'error') return undefined;
    const nameOf = (fn: { name: string }) => (only ? safeToolName(fn.name) : toolNameOf(app.app_id, fn));
    return toPanelResult({ app, panel }, result, { site, nameOf, shows: canShow(envelope) });
  }

  /** The result, or for a function that runs as a task the task, if the client knows tasks. */
  private async toAnswer(ctx: Ctx, result: CallResult, { extensions }: ClientCapabilities, signal: AbortSignal): Promise<CallToolResult> {
    const { task_id } = result;
    if (task_id === undefined) return toToolResult(result);
    if (extensions?.[TASKS]) return (await this.tasks.start(ctx, task_id)) as CallToolResult;
    return toToolResult(await this.tasks.finish(ctx, { ...result, task_id }, signal));
  }

  private async search(request: McpRequest, params: Record<string, unknown>): Promise<CallToolResult> {
    const { app, ctx } = request;
    try {
      return searchTools(app ? this.tools.listOf(app, false) : await this.tools.listAll(ctx), params);
    } catch (error) {
      return toFailure(error);
    }
  }

  /** Turns problems into errors of the protocol. */
  private async answer<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const { body } = toProblem(error, ctx, this.log);
      const code = body.status < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
      throw new ProtocolError(code, textOf(body), { code: body.code });
    }
  }
}

/** The same for an app that does not exist and for one of another person. */
const unknownTool = (name: string) => new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`);

const canShow = (envelope: ServerContext['mcpReq']['envelope']) => showsPanels(envelope && capabilitiesOf(envelope));

/** Whether a client can show its user a form. One that names no mode can. */
function canAsk({ elicitation }: ClientCapabilities = {}): boolean {
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
