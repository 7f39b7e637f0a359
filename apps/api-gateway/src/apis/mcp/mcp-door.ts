import { Forbidden, NotFound, Unauthenticated } from '@skep/contracts';
import { Bus, DEFAULT_TIMEOUT_MS, LOG, type Log, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessTokens } from '../../auth/access-tokens.js';
import { ApiKeys } from '../../auth/api-keys.js';
import { assertScope } from '../../auth/authenticator.js';
import { bearerOf, type Caller, firstValue, toCaller } from '../../auth/credential.js';
import { FeedReader } from '../../events/feed-reader.js';
import { GatewayConfig } from '../../gateway.config.js';
import { originOf } from '../../http/address.js';
import { parseBody } from '../../http/body.js';
import { Limits } from '../../http/limits.js';
import { sendProblem } from '../../http/problems.js';
import { userAgentOf } from '../../http/route-forwarder.js';
import { OpenStreams } from '../../streams/open-streams.js';
import { jsonRpcErrors } from './json-rpc-errors.js';
import type { McpRequest } from './mcp-request.js';
import type { McpServers } from './mcp-server.js';
import { Tools } from './tools.js';

/** The scope that MCP requires. */
export const MCP_SCOPE = 'mcp:tools';
const LISTEN = 'subscriptions/listen';

/** `/mcp` and `/mcp/{app_id}`: authenticates MCP clients, and passes their requests to an MCP server. */
@Injectable()
export class McpDoor {
  private servers?: Promise<McpServers>;

  constructor(
    private readonly bus: Bus,
    private readonly tokens: AccessTokens,
    private readonly keys: ApiKeys,
    private readonly limits: Limits,
    private readonly tools: Tools,
    private readonly feed: FeedReader,
    private readonly streams: OpenStreams,
    private readonly config: GatewayConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  register(fastify: FastifyInstance): void {
    for (const url of ['/mcp', '/mcp/:app_id'])
      fastify.route({
        method: 'POST',
        url,
        config: { raw: true, errors: jsonRpcErrors, limit: false },
        // Before the body is read: those of unauthorized requests are not parsed.
        onRequest: (request, reply) => this.orProblem(request, reply, () => this.admit(request, reply)),
        handler: async (request, reply) => {
          await this.orProblem(request, reply, () => this.serve(request, reply));
          return reply;
        },
      });
  }

  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const origin = this.assertOwnSite(request);
    try {
      request.caller = await this.authenticate(request, origin);
    } catch (error) {
      this.challenge(request, reply, origin, error);
      throw await this.limits.countRejectedCredential(error, request, reply);
    }
    await this.limits.countRequest(request, reply, 'mcp');
  }

  private async serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const message = parseBody(request.body as Buffer);
    const mcp = await this.toMcpRequest(request, String(message['method']));
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    if (message['method'] === LISTEN) await this.keepStream(request, gone);
    const { url, headers } = request;
    const sent = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const asFetch = new Request(new URL(url, 'http://localhost'), { method: 'POST', headers: sent, signal: gone.signal });
    const servers = await this.loadServers();
    await reply.send(await servers.open(mcp).fetch(asFetch, { parsedBody: message }));
  }

  /** The SDK takes 34 MB and a third of a second, so it is loaded with the first request. */
  private loadServers(): Promise<McpServers> {
    return (this.servers ??= import('./mcp-server.js').then(({ McpServers }) => new McpServers(this.bus, this.tools, this.feed, this.log)));
  }

  /** A stream counts as one of its user, and ends with their credential. */
  private async keepStream(request: FastifyRequest, gone: AbortController): Promise<void> {
    const { user, session } = request.caller;
    await this.feed.ensureStarted();
    const origin = this.assertOwnSite(request);
    const owner = { user, session, verify: () => this.authenticate(request, origin) };
    // The SDK sends comments of its own.
    const close = () => gone.abort();
    const stream = { signal: gone.signal, close, revoke: close, beat: () => undefined };
    this.streams.add(stream, owner, this.streams.reserve(user));
  }

  /** @throws Problem `not_found` for an app that its caller does not have */
  private async toMcpRequest(request: FastifyRequest, method: string): Promise<McpRequest> {
    const { caller, headers, id, ip, trace, params, query } = request;
    const site = this.assertOwnSite(request);
    const ctx = { ...caller, request: id, ip, ...userAgentOf({ headers }), deadline: Date.now() + DEFAULT_TIMEOUT_MS, trace };
    const { app_id } = params as { app_id?: string };
    const app = app_id === undefined ? undefined : await this.tools.findApp(ctx, app_id);
    if (app_id !== undefined && !app) throw NotFound('This app does not exist, or you do not have it.');
    const { tools } = query as { tools?: unknown };
    const passed = app && !method.startsWith('tools/') ? await this.tools.findPassed(ctx, app) : undefined;
    return { ctx, site, app, passed, searches: tools === 'search', idempotencyKey: firstValue(headers['idempotency-key']) };
  }

  /** @returns the origin by which the client reached the gateway @throws Problem `forbidden` if it names another site, or is a page of one */
  private assertOwnSite(request: FastifyRequest): string {
    const own = originOf(request, this.config);
    if (own === undefined) throw Forbidden('This Host is not an address of this installation.');
    const { origin } = request.headers;
    if (origin !== undefined && origin !== own && !this.config.SKEP_CORS_ORIGINS.includes(origin))
      throw Forbidden('Pages of this origin may not call this.');
    return own;
  }

  private async authenticate({ headers, params }: FastifyRequest, origin: string): Promise<Caller> {
    const { app_id } = params as { app_id?: string };
    const bearer = bearerOf(headers);
    const caller =
      isJwt(bearer) && !headers['x-api-key']
        ? await this.callerOfToken(bearer, origin, app_id)
        : await this.callerOfKey(firstValue(headers['x-api-key']) ?? bearer, app_id);
    assertScope(caller, MCP_SCOPE);
    return caller;
  }

  private async callerOfToken(token: string, issuer: string, app_id: string | undefined): Promise<Caller> {
    const resources = [`${issuer}/mcp`, ...(app_id === undefined ? [] : [`${issuer}/mcp/${app_id}`])];
    const user = await this.tokens.verifyForMcp(token, { issuer, resources });
    return { ...toCaller(user), session: user.session, actor: 'user' };
  }

  private async callerOfKey(key: string | undefined, app_id: string | undefined): Promise<Caller> {
    if (!key) throw Unauthenticated('Send an access token for this address, or an API key.');
    const { caller, app } = await this.keys.identify(key);
    if (app && app !== app_id) throw Forbidden('This API key is for another app.');
    return caller;
  }

  /** Says how to get a credential (RFC 9728, RFC 6750). */
  private challenge({ headers, params }: FastifyRequest, reply: FastifyReply, origin: string, error: unknown): void {
    const { status } = toProblem(error, undefined, this.log).body;
    if (status !== 401 && status !== 403) return;
    const { app_id } = params as { app_id?: string };
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp${app_id === undefined ? '' : `/${encodeURIComponent(app_id)}`}`;
    const parts = [`resource_metadata="${metadata}"`, `scope="${MCP_SCOPE}"`];
    if (status === 403) parts.unshift('error="insufficient_scope"');
    else if (headers.authorization) parts.unshift('error="invalid_token"');
    void reply.header('www-authenticate', `Bearer ${parts.join(', ')}`);
  }

  private async orProblem(request: FastifyRequest, reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await sendProblem(request, reply, toProblem(error, undefined, this.log), jsonRpcErrors);
    }
  }
}

/** A JWT has dots, an API key has none. */
const isJwt = (bearer: string | undefined): bearer is string => bearer?.includes('.') ?? false;
