import { fieldsOf, InvalidInput, isRaw, Problem, Unavailable } from '@skep/contracts';
import { Bus, type Ctx, DEFAULT_TIMEOUT_MS, LOG, type Log, Metrics, toProblem } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../routes/define.js';
import { Authenticator, type Caller } from '../auth/authenticator.js';
import { Revocations } from '../auth/revocations.js';
import { changeableFields, mustNameAChange } from './changes.js';
import { deviceStatus } from './oauth.js';
import { place, sendProblem } from './problems.js';
import { sendRaw } from './raw-answer.js';
import { Limits } from './limits.js';

type Fields = Record<string, unknown>;

/** Turns lines of a route table into routes: who are you, not too fast, take the input together, pass on, pass back. */
@Injectable()
export class Forward {
  constructor(
    private readonly bus: Bus,
    private readonly authenticator: Authenticator,
    private readonly revocations: Revocations,
    private readonly limits: Limits,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  register(fastify: FastifyInstance, route: Route): void {
    const seconds = this.metrics.operation(route.operation);
    const changeable = changeableFields(route);
    const isTenantData = route.access.kind === 'admin' && fieldsOf(route.operation.input).some(({ key }) => key === 'tenant_id');
    fastify.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { form: route.oauth ?? false, oauth: route.oauth ?? false, limit: false },
      // Before the body is read: a stranger's megabyte is not worth parsing.
      onRequest: async (request, reply) => {
        if (route.deprecated) void reply.headers(deprecation(route.deprecated));
        try {
          request.caller = await this.authenticator.authorize(route.access, request.headers, request.params as Record<string, string>);
          if (route.sensitive && request.caller.session && !this.revocations.areKnown) throw Unavailable(undefined, 1);
          await this.limits.count(request, reply, route.operation.subject, route.perMinute);
          await this.limits.checkFailures(route, request, reply);
        } catch (error) {
          await this.fail(await this.limits.countRefusal(error, request, reply), request, reply, route);
        }
      },
      handler: async (request, reply) => {
        const start = performance.now();
        try {
          if (changeable) mustNameAChange(changeable, request.body as Fields | undefined);
          await this.answer(route, request, reply, isTenantData);
          seconds(String(route.status), start);
        } catch (error) {
          await this.limits.countFailure(error, route, request, reply);
          const { body } = await this.fail(error, request, reply, route);
          seconds(body.code, start);
        }
        return reply;
      },
    });
  }

  /** @param isTenantData an administrator's route that takes a `tenant_id` is about that tenant; elsewhere it says whose the caller is */
  private async answer(route: Route, request: FastifyRequest, reply: FastifyReply, isTenantData: boolean): Promise<void> {
    const query = request.query as Fields;
    const body = (request.body ?? {}) as Fields;
    const tenant_id = isTenantData ? undefined : (body['tenant_id'] ?? query['tenant_id']);
    const claimed = { user_id: body['user_id'] ?? query['user_id'], tenant_id };
    const who = await this.authenticator.resolveActingUser(route.access, request.caller, request.headers, claimed);
    const input = JSON.stringify({ ...query, ...body, ...(request.params as Fields) });
    const { bytes, total, held } = await this.bus.forward(route.operation, contextOf(route, request, who), input);
    const { output } = route.operation;
    if (isRaw(output)) return void (await sendRaw(request, reply, route, output.mediaType, bytes));
    const status = route.oauth ? deviceStatus(request, bytes, route.status) : route.status;
    void reply.code(status).header('content-type', 'application/json; charset=utf-8');
    if (total !== undefined) void reply.header('x-total-count', total);
    if (held !== undefined) void reply.header('link', restOf(request.url, held));
    await reply.send(bytes);
  }

  private async fail(error: unknown, request: FastifyRequest, reply: FastifyReply, route: Route): Promise<Problem> {
    const placed = place(toProblem(error, undefined, this.log), (field) => {
      const key = String(field);
      if (key === IDEMPOTENCY_KEY) return 'header';
      if (Object.hasOwn(request.params as Fields, key)) return 'path';
      if (Object.hasOwn((request.body ?? {}) as Fields, key)) return 'body';
      if (Object.hasOwn(request.query as Fields, key)) return 'query';
      return route.method === 'GET' || route.method === 'DELETE' ? 'query' : 'body';
    });
    await sendProblem(request, reply, placed);
    return placed;
  }
}

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const KEY_MAX = 255;

/** Where the rest of a list is, whose answer holds only so many rows (RFC 8288). */
function restOf(url: string, held: number): string {
  const [path, query] = url.split('?');
  const rest = new URLSearchParams(query);
  rest.set('offset', String(Number(rest.get('offset') ?? 0) + held));
  return `<${path}?${rest}>; rel="next"`;
}

/** Of the name that a caller's program gives itself. */
const AGENT_MAX = 200;

/** As a context has it: printable and not too long. */
export function agentOf({ headers }: Pick<FastifyRequest, 'headers'>): Pick<Ctx, 'agent'> {
  const agent = headers['user-agent'];
  return agent ? { agent: agent.replace(/[^\x20-\x7e]/g, '').slice(0, AGENT_MAX) } : {};
}

function contextOf({ method, timeoutMs = DEFAULT_TIMEOUT_MS }: Route, { headers, id, ip, trace }: FastifyRequest, who: Caller): Ctx {
  const key = headers['idempotency-key'];
  return {
    ...who,
    request: id,
    ip,
    ...agentOf({ headers }),
    ...(method !== 'GET' && key && { idempotencyKey: readKey(key) }),
    deadline: Date.now() + timeoutMs,
    trace,
  };
}

/** @throws Problem `invalid_input` for a key that is too long or given twice. */
function readKey(key: string | string[]): string {
  if (typeof key !== 'string' || key.length > KEY_MAX)
    throw InvalidInput([{ loc: [IDEMPOTENCY_KEY], msg: `must be given once and have at most ${KEY_MAX} characters`, type: 'max_length' }]);
  return key;
}

const deprecation = ({ since, sunset }: { since: Date; sunset: Date }) => ({
  deprecation: `@${since.getTime() / 1000}`,
  sunset: sunset.toUTCString(),
});

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}
