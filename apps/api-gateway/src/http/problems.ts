import {
  BadRequest,
  type Fault,
  Forbidden,
  MethodNotAllowed,
  NotFound,
  Problem,
  TooLarge,
  Unauthenticated,
  UnsupportedMediaType,
} from '@skep/contracts';
import { LOG, type Log, toProblem } from '@skep/platform';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KnownPaths } from './known-paths.js';
import { oauthError } from './oauth.js';

/** Sends a problem, on OAuth routes in the form of RFC 6749. Its `instance` is the request's id, which the logs contain. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfter } = problem;
  const { oauth } = request.routeOptions.config ?? {};
  const body = oauth ? oauthError(request, problem.body) : problem.body;
  if (retryAfter) void reply.header('retry-after', String(retryAfter));
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(body.status)
    .type(oauth ? 'application/json; charset=utf-8' : 'application/problem+json')
    .send(JSON.stringify({ ...body, instance: `urn:request:${request.id}` }));
}

/** Prefixes the location of each fault with `body`, `query`, `path` or `header`: only the gateway knows where a field came from. */
export function prefixLocations(problem: Problem, sourceOf: (field: string | number | undefined) => string): Problem {
  if (problem.body.code !== 'invalid_input' || !Array.isArray(problem.body.detail)) return problem;
  const detail = problem.body.detail.map((fault: Fault) => ({ ...fault, loc: [sourceOf(fault.loc[0]), ...fault.loc] }));
  return new Problem({ ...problem.body, detail }, problem.retryAfter);
}

const KIND_BY_STATUS = new Map(
  [BadRequest, Unauthenticated, Forbidden, NotFound, TooLarge, UnsupportedMediaType].map((kind) => [kind.status, kind]),
);

/** Turns every uncaught error of Nest and Fastify into a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOG) private readonly log: Log,
    private readonly paths: KnownPaths,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const kind = error instanceof HttpException ? KIND_BY_STATUS.get(error.getStatus()) : undefined;
    // A request without a route always gets 404 or 405, whatever else is wrong with it.
    const unmatched = kind && (kind === NotFound || request.is404);
    const problem = unmatched ? this.noMatchingRoute(request, reply) : (kind?.() ?? toProblem(error, undefined, this.log));
    sendProblem(request, reply, problem);
  }

  private noMatchingRoute({ method, url }: FastifyRequest, reply: FastifyReply): Problem {
    const path = url.split('?')[0] ?? '';
    const allowed = this.paths.methodsOf(path);
    if (allowed.length === 0) return NotFound(`No route matches ${method} ${path.slice(0, 200)}.`);
    void reply.header('allow', allowed.join(', '));
    return MethodNotAllowed(`This path allows ${allowed.join(', ')}.`);
  }
}
