import { BadRequest, UnsupportedMediaType } from '@skep/contracts';
import { type Log, nextHop, traceId } from '@skep/platform';
import cors from '@fastify/cors';
import serveStatic from '@fastify/static';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import { type GatewayConfig, isSecure } from '../gateway.config.js';
import { NOBODY } from '../auth/authenticator.js';
import { readBody, readForm } from './body.js';
import { refuseBroken } from './broken-requests.js';
import type { Limits } from './limits.js';
import { trustedProxies } from './peers.js';
import { sendProblem } from './problems.js';
import { LIMITS } from './limit-names.js';

const BODY_LIMIT = 1 << 20;
const FORM_LIMIT = 8 << 10;
/** Node looks for requests that are late only so often. */
const CHECKS_PER_TIMEOUT = 30;

const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};
const OVER_TLS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** What every answer carries. */
const headersOf = (config: GatewayConfig) => ({ ...HEADERS, ...(isSecure(config) && OVER_TLS) });

const EXPOSED = 'link x-total-count x-request-id retry-after ratelimit-limit ratelimit-remaining ratelimit-reset deprecation sunset'.split(
  ' ',
);

/** The HTTP server under Nest: what is true of every request, whatever its route. */
export function httpServer(config: GatewayConfig): FastifyAdapter {
  const timeout = config.SKEP_REQUEST_TIMEOUT_MS;
  const headers = headersOf(config);
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedProxies(config.SKEP_TRUST_PROXY),
    // Longer than any URL that Node accepts: the service that owns a parameter says what is wrong with it.
    routerOptions: { maxParamLength: 16_384 },
    requestTimeout: timeout,
    http: { requestTimeout: timeout, headersTimeout: timeout, connectionsCheckingInterval: Math.ceil(timeout / CHECKS_PER_TIMEOUT) },
    clientErrorHandler: refuseBroken,
    // Requests that reach a closing server over an open connection are answered, and their connection is closed.
    return503OnClosing: false,
    // A URL that cannot be decoded never reaches a route or a hook.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(request, reply.headers(headers), BadRequest('The URL is not valid.')),
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
  });
}

interface Surroundings {
  config: GatewayConfig;
  log: Log;
  limits: Limits;
  isDraining: () => boolean;
}

export async function prepare(fastify: FastifyInstance, { config, log, limits, isDraining }: Surroundings): Promise<void> {
  const headers = headersOf(config);
  fastify.decorateRequest('who');
  fastify.decorateRequest('trace', '');
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    request.caller = NOBODY;
    request.trace = nextHop(request.headers['traceparent'] as string | undefined);
    void reply.headers(headers).header('x-request-id', request.id);
    if (isDraining()) void reply.header('connection', 'close');
    done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/([\w.+-]+\+)?json\s*(;|$)/, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, request.routeOptions.config.raw ? body : readBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_LIMIT }, (request, body, done) => {
    if (request.routeOptions.config.form) done(null, readForm(body as Buffer));
    else done(UnsupportedMediaType());
  });
  const origin = config.SKEP_CORS_ORIGINS;
  if (origin.length) await fastify.register(cors, { origin, methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], exposedHeaders: EXPOSED });
  fastify.addHook('onRequest', async (request, reply) => {
    const { limit } = request.routeOptions.config ?? {};
    if (limit !== false) await limits.count(request, reply, limit ?? '', limit && LIMITS[limit]);
  });
  await fastify.register(serveStatic, { root: getAbsoluteFSPath(), prefix: '/docs/assets/', index: false, list: false });
}

/** One line for each request: no query, header or body, which may hold secrets. */
function logRequest(log: Log, request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void {
  const { id, method, routeOptions, caller: who } = request;
  const [caller] = who.actor.split(':');
  const ms = Math.round(elapsedTime * 10) / 10;
  log.info({ request: id, trace: traceId(request), method, route: routeOptions.url ?? null, status: statusCode, ms, caller }, 'request');
}

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C `traceparent` of this hop. */
    trace: string;
  }

  /** What a route says of itself beside its method and path. */
  interface FastifyContextConfig {
    /** Takes the body as bytes. */
    raw?: boolean;
    /** Takes forms. */
    form?: boolean;
    /** Fails as RFC 6749 §5.2 has it. */
    oauth?: boolean;
    /** Which limit its requests count in, instead of that of all requests; false for a route that counts by itself, or that is not limited. */
    limit?: keyof typeof LIMITS | false;
  }
}
