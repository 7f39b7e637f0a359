import { fieldsOf, InvalidInput, isRaw, Problem, Unavailable } from '@skep/contracts';
import { Bus, type Ctx, DEFAULT_TIMEOUT_MS, LOG, type Log, Metrics, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../routes/define.js';
import { Authenticator, type Caller } from '../auth/authenticator.js';
import { Revocations } from '../auth/revocations.js';
import { assertHasUpdatableField, updatableFields } from './updatable-fields.js';
import { deviceStatus } from './oauth.js';
import { prefixLocations, sendProblem } from './problems.js';
import { sendRaw } from './raw-response.js';
import { Limits } from './limits.js';

type JsonObject = Record<string, unknown>;

/**
 * Registers the routes of the route tables. A request is authorized and counted, its input merged from path, query and body, and
 * forwarded to the service that owns the operation; the reply is passed back as bytes.
 */
@Injectable()
export class RouteForwarder {
  constructor(
    private readonly bus: Bus,
    private readonly authenticator: Authenticator,
    private readonly revocations: Revocations,
    private readonly limits: Limits,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  register(fastify: FastifyInstance, route: Route): void {
    const observe = this.metrics.operation(route.operation);
    const updatable = updatableFields(route);
    const isTenantData = route.access.kind === 'admin' && fieldsOf(route.operation.input).some(({ key }) => key === 'tenant_id');
    fastify.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { form: route.oauth ?? false, oauth: route.oauth ?? false, limit: false },
      // Runs before the body is read: bodies of unauthorized requests are not parsed.
      onRequest: async (request, reply) => {
        if (route.deprecated) void reply.headers(deprecationHeaders(route.deprecated));
        try {
          request.caller = await this.authenticator.authorize(route.access, request.headers, request.params as Record<string, string>);
          if (route.sensitive && request.caller.session && !this.revocations.isUpToDate) throw Unavailable(undefined, 1);
          await this.limits.countRequest(request, reply, route.operation.subject, route.perMinute);
          await this.limits.assertFewFailures(route, request, reply);
        } catch (error) {
          await this.sendError(await this.limits.countRejectedCredential(error, request, reply), request, reply, route);
        }
      },
      handler: async (request, reply) => {
        const start = performance.now();
        try {
          if (updatable) assertHasUpdatableField(updatable, request.body as JsonObject | undefined);
          await this.forward(route, request, reply, isTenantData);
          observe(String(route.status), start);
        } catch (error) {
          await this.limits.countFailure(error, route, request, reply);
          const { body } = await this.sendError(error, request, reply, route);
          observe(body.code, start);
        }
        return reply;
      },
    });
  }

  /** @param isTenantData whether `tenant_id` is data of an `admin` route; on other routes it must be the caller's tenant */
  private async forward(route: Route, request: FastifyRequest, reply: FastifyReply, isTenantData: boolean): Promise<void> {
    const query = request.query as JsonObject;
    const body = (request.body ?? {}) as JsonObject;
    const tenant_id = isTenantData ? undefined : (body['tenant_id'] ?? query['tenant_id']);
    const claimed = { user_id: body['user_id'] ?? query['user_id'], tenant_id };
    const caller = await this.authenticator.resolveActingUser(route.access, request.caller, request.headers, claimed);
    const input = JSON.stringify({ ...query, ...body, ...(request.params as JsonObject) });
    const { bytes, total, held } = await this.bus.forward(route.operation, toCtx(route, request, caller), input);
    const { output } = route.operation;
    if (isRaw(output)) return void (await sendRaw(request, reply, route, output.mediaType, bytes));
    const status = route.oauth ? deviceStatus(request, bytes, route.status) : route.status;
    void reply.code(status).header('content-type', 'application/json; charset=utf-8');
    if (total !== undefined) void reply.header('x-total-count', total);
    if (held !== undefined) void reply.header('link', nextPageLink(request.url, held));
    await reply.send(bytes);
  }

  private async sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, route: Route): Promise<Problem> {
    const problem = prefixLocations(toProblem(error, undefined, this.log), (field) => {
      const key = String(field);
      if (key === IDEMPOTENCY_KEY) return 'header';
      if (Object.hasOwn(request.params as JsonObject, key)) return 'path';
      if (Object.hasOwn((request.body ?? {}) as JsonObject, key)) return 'body';
      if (Object.hasOwn(request.query as JsonObject, key)) return 'query';
      return route.method === 'GET' || route.method === 'DELETE' ? 'query' : 'body';
    });
    await sendProblem(request, reply, problem);
    return problem;
  }
}

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const MAX_KEY_LENGTH = 255;

/** The `Link` to the rest of a list of which this answer holds only `held` rows (RFC 8288). */
function nextPageLink(url: string, held: number): string {
  const [path, query] = url.split('?');
  const next = new URLSearchParams(query);
  next.set('offset', String(Number(next.get('offset') ?? 0) + held));
  return `<${path}?${next}>; rel="next"`;
}

const MAX_AGENT_LENGTH = 200;

/** The `User-Agent` for a `Ctx`: printable ASCII, at most 200 characters. */
export function userAgentOf({ headers }: Pick<FastifyRequest, 'headers'>): Pick<Ctx, 'agent'> {
  const agent = headers['user-agent'];
  return agent ? { agent: agent.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_AGENT_LENGTH) } : {};
}

function toCtx({ method, timeoutMs = DEFAULT_TIMEOUT_MS }: Route, { headers, id, ip, trace }: FastifyRequest, caller: Caller): Ctx {
  const key = headers['idempotency-key'];
  return {
    ...caller,
    request: id,
    ip,
    ...userAgentOf({ headers }),
    ...(method !== 'GET' && key && { idempotencyKey: parseIdempotencyKey(key) }),
    deadline: Date.now() + timeoutMs,
    trace,
  };
}

/** @throws Problem `invalid_input` for a key that is too long or sent twice */
function parseIdempotencyKey(key: string | string[]): string {
  if (typeof key !== 'string' || key.length > MAX_KEY_LENGTH)
    throw InvalidInput([
      { loc: [IDEMPOTENCY_KEY], msg: `must be sent once and have at most ${MAX_KEY_LENGTH} characters`, type: 'max_length' },
    ]);
  return key;
}

const deprecationHeaders = ({ since, sunset }: { since: Date; sunset: Date }) => ({
  deprecation: `@${since.getTime() / 1000}`,
  sunset: sunset.toUTCString(),
});

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}
