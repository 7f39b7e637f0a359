import type { Span, Tracer } from '@skep/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parentOf } from './request-trace.js';

/**
 * Gives each request a span, which becomes the parent of what the request causes. A span contains neither query, headers nor path
 * parameters: they may contain secrets.
 */
export function traceRequests(fastify: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, id, protocol, routeOptions } = request;
    const route = routeOptions.url;
    const attributes = {
      'http.request.method': method,
      'url.scheme': protocol,
      ...(route && { 'http.route': route, ...(!/[:*]/.test(route) && { 'url.path': route }) }),
      'skep.request.id': id,
    };
    const span = tracer.start(route ? `${method} ${route}` : method, 'server', attributes, parentOf(request));
    spans.set(request, span);
    request.trace = span.trace;
    done();
  });
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': statusCode });
    if (statusCode >= 500) span?.failWith(String(statusCode));
    span?.end();
    done();
  });
}
