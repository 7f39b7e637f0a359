import { BadRequest, UnsupportedMediaType } from '@skep/contracts';
import cors from '@fastify/cors';
import serveStatic from '@fastify/static';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import type { GatewayConfig } from '../gateway.config.js';
import { NOBODY } from '../who/authenticator.js';
import { readBody, readForm } from './body.js';
import { trustedProxies } from './peers.js';
import { sendProblem } from './problems.js';

const BODY_LIMIT = 1 << 20;
const FORM_LIMIT = 8 << 10;

const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

const EXPOSED = 'link x-total-count x-request-id retry-after ratelimit-limit ratelimit-remaining ratelimit-reset deprecation sunset'.split(
  ' ',
);

/** The HTTP server under Nest: what is true of every request, whatever its route. */
export function httpServer(config: GatewayConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedProxies(config.SKEP_TRUST_PROXY),
    routerOptions: { maxParamLength: 200 },
    // A body that does not arrive in this time is no body; slow senders hold no socket for ever.
    requestTimeout: 30_000,
    // A URL that cannot be decoded never reaches a route or a hook.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(request, reply.headers(HEADERS), BadRequest('The URL is not valid.')),
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    },
  });
}

export async function prepare(fastify: FastifyInstance, config: GatewayConfig): Promise<void> {
  fastify.decorateRequest('who');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.who = NOBODY;
    void reply.headers(HEADERS).header('x-request-id', request.id);
    done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/([\w.+-]+\+)?json\s*(;|$)/, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, (request.routeOptions.config as { raw?: boolean }).raw ? body : readBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_LIMIT }, (request, body, done) => {
    if ((request.routeOptions.config as { form?: boolean }).form) done(null, readForm(body as Buffer));
    else done(UnsupportedMediaType());
  });
  const origin = config.SKEP_CORS_ORIGINS;
  if (origin.length) await fastify.register(cors, { origin, methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], exposedHeaders: EXPOSED });
  await fastify.register(serveStatic, { root: getAbsoluteFSPath(), prefix: '/docs/assets/', index: false, list: false });
}
