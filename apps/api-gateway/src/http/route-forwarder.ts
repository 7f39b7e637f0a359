import { InvalidInput, type Operation, Problem, Unavailable } from '@skep/contracts';
import {
  Bus,
  type Ctx,
  DEFAULT_TIMEOUT_MS,
  LOG,
  type Log,
  Metrics,
  newTraceparent,
  type OnPart,
  type Reply,
  toProblem,
} from '@skep/platform';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Api } from '../api.js';
import type { Access, Route } from '../route.js';
import { Attestation } from '../auth/attestation.js';
import { type Accepted, Authenticator } from '../auth/authenticator.js';
import type { Caller } from '../auth/credential.js';
import { Revocations } from '../auth/revocations.js';
import { assertUpdatableFields, updatableFields } from './updatable-fields.js';
import { hashBody } from './body-hash.js';
import type { ErrorForm } from './error-form.js';
import { InputPlan } from './input-plan.js';
import { oauthErrors } from './oauth-errors.js';
import { sendProblem } from './problems.js';
import { LIMITS } from './limit-names.js';
import { Limits } from './limits.js';

type JsonObject = Record<string, unknown>;

/**
 * Registers the routes of an API. A request is authorized and counted, its input read from path, query and body, and forwarded to the
 * service that owns the operation; the exchange of the route says what is read and answered.
 */
@Injectable()
export class RouteForwarder {
  constructor(
    private readonly bus: Bus,
    private readonly authenticator: Authenticator,
    private readonly revocations: Revocations,
    private readonly attestation: Attestation,
    private readonly limits: Limits,
    private readonly metrics: Metrics,
    private readonly providers: ModuleRef,
    @Inject(LOG) private readonly log: Log,
  ) {}

  register(fastify: FastifyInstance, { routes, auth, errors, eitherSlash }: Api): void {
    const accepted = this.authenticator.accept(auth);
    for (const route of routes) {
      const register = (server: FastifyInstance) =>
        this.registerRoute(server, route, accepted, route.oauth ? oauthErrors : errors, eitherSlash);
      if (route.exchange.config.stream) withoutParsers(fastify, register);
      else register(fastify);
    }
  }

  private registerRoute(fastify: FastifyInstance, route: Route, accepted: Accepted, errors: ErrorForm, eitherSlash = false): void {
    const observe = this.metrics.operation(route.operation);
    const plan = new InputPlan(route);
    const updatable = updatableFields(route, plan);
    const url = route.path.replace(/\{(\w+)\}/g, ':$1').replace(/:\w+$/, (last) => (route.restOfPath ? '*' : last));
    const options: Omit<RouteOptions, 'url'> = {
      method: route.method,
      config: { form: route.oauth ?? false, ...(route.list && { list: route.list }), ...route.exchange.config, errors, limit: false },
      // Runs before the body is read: bodies of unauthorized requests are not parsed.
      onRequest: async (request, reply) => {
        if (route.deprecated) void reply.headers(deprecationHeaders(route.deprecated));
        try {
          const path = request.params as Record<string, string>;
          if (route.tokenIn) takeToken(request, route.tokenIn);
          request.caller = await this.authenticator.authorize(route.access, accepted, request.headers, path);
          if (route.sensitive && request.caller.session && !this.revocations.isUpToDate) throw Unavailable(undefined, 1);
          await this.limits.countRequest(request, reply, route.limit ?? route.operation.subject, route.perMinute);
          await this.limits.countAppRequest(route, request, reply);
          await this.limits.assertFewFailures(route, request, reply);
        } catch (error) {
          await this.sendError(await this.limits.countRejectedCredential(error, request, reply), request, reply, errors);
        }
      },
      ...(route.attested && { preParsing: hashBody }),
      handler: async (request, reply) => {
        const start = performance.now();
        const reauthorize = (access = route.access, headers = request.headers) =>
          this.authenticator.authorize(access, accepted, headers, request.params as Record<string, string>);
        try {
          await this.attestation.check(route, request);
          if (updatable) assertUpdatableFields(updatable, request.body as JsonObject | undefined, route.closed);
          await route.exchange.answer({
            route,
            request,
            reply,
            reauthorize,
            admit: (access, headers) => this.admit(reauthorize(access, headers), access, headers, request, reply),
            forwardAs: (caller, operation, input) => this.callOperation(operation, caller, route, request, input),
            forward: (filled, onPart) => this.callService(route, plan, request, filled, onPart),
            get: (provider) => this.providers.get(provider as Type),
          });
          observe(String(reply.statusCode), start);
        } catch (error) {
          await this.limits.countFailure(error, route, request, reply);
          const { body } = await this.sendError(error, request, reply, errors);
          observe(body.code, start);
        }
        return reply;
      },
    };
    for (const each of eitherSlash && !url.endsWith('*') ? [url, `${url}/`] : [url]) fastify.route({ ...options, url: each });
  }

  /** Resolves and counts the caller of a message. A rejected credential counts as that of a request does. */
  private async admit(
    authorizing: Promise<Caller>,
    access: Access,
    headers: IncomingHttpHeaders,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Caller> {
    const sender = await authorizing.catch(async (error: unknown) => {
      throw await this.limits.countRejectedCredential(error, request, reply);
    });
    const caller = await this.authenticator.resolveActingUser(access, sender, headers, {});
    await this.limits.countRequest({ caller, ip: request.ip }, reply, 'messages', LIMITS.messages);
    return caller;
  }

  private async callOperation(operation: Operation, caller: Caller, route: Route, request: FastifyRequest, input: object): Promise<Reply> {
    const [observe, start] = [this.metrics.operation(operation), performance.now()];
    try {
      const ctx = { ...toCtx(route, request, caller, undefined), trace: newTraceparent() };
      const reply = await this.bus.forward(operation, ctx, JSON.stringify(input));
      observe('ok', start);
      return reply;
    } catch (error) {
      observe(error instanceof Problem ? error.body.code : 'internal', start);
      throw error;
    }
  }

  private async callService(
    route: Route,
    plan: InputPlan,
    request: FastifyRequest,
    filled: JsonObject = {},
    onPart?: OnPart,
  ): Promise<Reply> {
    const idempotencyKey = route.method === 'GET' ? undefined : readIdempotencyKey(request);
    const params = request.params as JsonObject;
    const query = request.query as JsonObject;
    const body = (request.body ?? {}) as JsonObject;
    const claimed = plan.claims(query, body);
    try {
      const caller = await this.authenticator.resolveActingUser(route.access, request.caller, request.headers, claimed);
      const ctx = toCtx(route, request, caller, idempotencyKey);
      return await this.bus.forward(
        route.operation,
        ctx,
        JSON.stringify({ ...plan.read(params, query, body, request.headers, claimed), ...filled }),
        onPart,
      );
    } catch (error) {
      throw plan.locate(error);
    }
  }

  private async sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, errors: ErrorForm): Promise<Problem> {
    const problem = toProblem(error, undefined, this.log);
    await sendProblem(request, reply, problem, errors);
    return problem;
  }
}

/** Registers routes whose bodies the server leaves unread. */
function withoutParsers(fastify: FastifyInstance, register: (server: FastifyInstance) => void): void {
  void fastify.register((child, _, done) => {
    child.removeAllContentTypeParsers();
    child.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    register(child);
    done();
  });
}

/** A credential in the query counts like one in `Authorization`, if there is none. */
function takeToken({ query, headers }: FastifyRequest, parameter: string): void {
  const token = (query as Record<string, unknown>)[parameter];
  if (typeof token === 'string' && token) headers.authorization ??= `Bearer ${token}`;
}

const MAX_KEY_LENGTH = 255;

const MAX_AGENT_LENGTH = 200;

/** The `User-Agent` for a `Ctx`: printable ASCII, at most 200 characters. */
export function userAgentOf({ headers }: Pick<FastifyRequest, 'headers'>): Pick<Ctx, 'agent'> {
  const agent = headers['user-agent'];
  return agent ? { agent: agent.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_AGENT_LENGTH) } : {};
}

function toCtx(
  { timeoutMs = DEFAULT_TIMEOUT_MS }: Route,
  { headers, id, ip, trace }: FastifyRequest,
  caller: Caller,
  idempotencyKey: string | undefined,
): Ctx {
  return {
    ...caller,
    request: id,
    ip,
    ...userAgentOf({ headers }),
    ...(idempotencyKey && { idempotencyKey }),
    deadline: Date.now() + timeoutMs,
    trace,
  };
}

/** @throws Problem `invalid_input` for a key that is too long or sent twice */
function readIdempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || key.length > MAX_KEY_LENGTH))
    throw InvalidInput([
      { loc: ['header', 'Idempotency-Key'], msg: `must be sent once and have at most ${MAX_KEY_LENGTH} characters`, type: 'max_length' },
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
