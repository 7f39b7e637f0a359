import { BadRequest, UnsupportedMediaType } from '@skep/contracts';
import { type Log, nextTraceparent, traceId, type Tracer } from '@skep/platform';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import serveStatic from '@fastify/static';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import { type GatewayConfig, isSecure } from '../gateway.config.js';
import { type Apis, type CrossOrigin, crossOriginAt } from '../api.js';
import { NOBODY } from '../auth/credential.js';
import { parseBody, parseForm } from './body.js';
import { answerClientError } from './client-errors.js';
import type { Limits } from './limits.js';
import { serveWebFiles } from '../web/web-app.js';
import type { WebSessions } from '../web/web-sessions.js';
import { toTrustProxy } from './network-settings.js';
import type { ErrorForm } from './error-form.js';
import { errorFormOf, sendProblem } from './problems.js';
import { routeUpgrades } from '../internals/upgrades.js';
import { LIMITS } from './limit-names.js';
import { parentOf } from './request-trace.js';
import { traceRequests } from './request-spans.js';

const BODY_LIMIT = 1 << 20;
const FORM_LIMIT = 8 << 10;
/** How many times per request timeout Node checks for expired requests. */
const CHECKS_PER_TIMEOUT = 30;

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};
const HSTS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** The headers of every response. */
const responseHeaders = (config: GatewayConfig) => ({ ...SECURITY_HEADERS, ...(isSecure(config) && HSTS) });

const EXPOSED_HEADERS = [
  'link x-total-count x-total-count-capped x-request-id retry-after deprecation sunset',
  'ratelimit-limit ratelimit-remaining ratelimit-reset ratelimit-policy',
].flatMap((names) => names.split(' '));

/** Creates the HTTP server for Nest. */
export function createHttpAdapter(config: GatewayConfig, apis: Apis): FastifyAdapter {
  const timeout = config.SKEP_REQUEST_TIMEOUT_MS;
  const headers = responseHeaders(config);
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: toTrustProxy(config.SKEP_TRUST_PROXY),
    // Longer than any URL that Node accepts: the service that owns a parameter validates its length.
    routerOptions: { maxParamLength: 16_384 },
    requestTimeout: timeout,
    http: {
      requestTimeout: timeout,
      headersTimeout: timeout,
      connectionsCheckingInterval: Math.ceil(timeout / CHECKS_PER_TIMEOUT),
      shouldUpgradeCallback: asksForSocket,
    },
    clientErrorHandler: answerClientError,
    // A closing server still answers requests on open connections, and then closes the connection.
    return503OnClosing: false,
    // A URL that cannot be decoded reaches no route and no hook.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(request, reply.headers(headers), BadRequest('The URL is not valid.'), errorFormOf(request, apis)),
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
  });
}

/** Whether a request asks for a WebSocket; other upgrades are ignored, as HTTP allows. */
const asksForSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** Without origins there is no CORS, and no answer to a preflight. */
function corsOptionsOf({ SKEP_CORS_ORIGINS, RETURN_TO_ALLOW }: GatewayConfig, open: CrossOrigin | undefined): FastifyCorsOptions {
  const options = { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], exposedHeaders: EXPOSED_HEADERS };
  if (open === 'anyone') return { ...options, origin: '*' };
  const origins = open === 'returning' ? [...SKEP_CORS_ORIGINS, ...RETURN_TO_ALLOW] : SKEP_CORS_ORIGINS;
  return { ...options, origin: origins.length > 0 && [...origins], credentials: open === 'returning' };
}

interface ServerOptions {
  config: GatewayConfig;
  apis: Apis;
  log: Log;
  limits: Limits;
  sessions: WebSessions;
  isDraining: () => boolean;
  tracer: Tracer | undefined;
}

/** Adds hooks, body parsers, CORS and static files to the server. Call it before routes are registered. */
export async function configureServer(
  fastify: FastifyInstance,
  { config, apis, log, limits, sessions, isDraining, tracer }: ServerOptions,
): Promise<void> {
  const headers = responseHeaders(config);
  routeUpgrades(fastify);
  fastify.decorateRequest('caller');
  fastify.decorateRequest('trace', '');
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    request.caller = NOBODY;
    request.trace = nextTraceparent(parentOf(request));
    void reply.headers(headers).header('x-request-id', request.id);
    if (isDraining()) void reply.header('connection', 'close');
    done();
  });
  if (tracer) traceRequests(fastify, tracer);
  fastify.addHook('onRequest', (request, reply) => sessions.present(request, reply));
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/([\w.+-]+\+)?json\s*(;|$)/, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const { raw, list } = request.routeOptions.config;
      done(null, raw ? body : parseBody(body as Buffer, list));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_LIMIT }, (request, body, done) => {
    if (request.routeOptions.config.form) done(null, parseForm(body as Buffer));
    else done(UnsupportedMediaType());
  });
  await fastify.register(cors, () => (request: FastifyRequest, decide: (error: null, options: FastifyCorsOptions) => void) => {
    decide(null, corsOptionsOf(config, crossOriginAt(apis, request.url)));
  });
  fastify.addHook('onRequest', async (request, reply) => {
    const { limit } = request.routeOptions.config ?? {};
    if (limit !== false) await limits.countRequest(request, reply, limit ?? '', limit && LIMITS[limit]);
  });
  await fastify.register(serveStatic, { root: getAbsoluteFSPath(), prefix: '/docs/assets/', index: false, list: false });
  await serveWebFiles(fastify);
}

/** Logs one line for each request, without query, headers and body, which may contain secrets. */
function logRequest(log: Log, request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void {
  const { id, method, routeOptions } = request;
  const [caller] = request.caller.actor.split(':');
  const ms = Math.round(elapsedTime * 10) / 10;
  log.info({ request: id, trace: traceId(request), method, route: routeOptions.url ?? null, status: statusCode, ms, caller }, 'request');
}

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C `traceparent` of this hop. */
    trace: string;
  }

  /** Options of a route in addition to its method and path. */
  interface FastifyContextConfig {
    /** Accepts the body as bytes. */
    raw?: boolean;
    /** Accepts any body, and leaves it unread. */
    stream?: boolean;
    /** Accepts forms. */
    form?: boolean;
    /** Accepts a bare array, as this field. */
    list?: string;
    /** The form of its errors; by default that of the API that its URL belongs to. */
    errors?: ErrorForm;
    /** The limit in which its requests count instead of `requests`; false for a route without a limit, or that counts by itself. */
    limit?: keyof typeof LIMITS | false;
  }
}
