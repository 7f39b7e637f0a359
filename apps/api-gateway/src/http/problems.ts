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

/** Writes a problem as the answer, as OAuth has it on its routes; `instance` is the request's id, the word to look for in the logs. */
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

/** Puts `body`, `query` or `path` before the fields at fault: only the gateway knows where it took them from. */
export function place(problem: Problem, placeOf: (field: string | number | undefined) => string): Problem {
  if (problem.body.code !== 'invalid_input' || !Array.isArray(problem.body.detail)) return problem;
  const detail = problem.body.detail.map((fault: Fault) => ({ ...fault, loc: [placeOf(fault.loc[0]), ...fault.loc] }));
  return new Problem({ ...problem.body, detail }, problem.retryAfter);
}

const BY_STATUS = new Map(
  [BadRequest, Unauthenticated, Forbidden, NotFound, TooLarge, UnsupportedMediaType].map((kind) => [kind.status, kind]),
);

/** The last stop of every error that a request meets in Nest or Fastify. */
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
    const kind = error instanceof HttpException ? BY_STATUS.get(error.getStatus()) : undefined;
    // Of a request without a route nothing else is worth saying, such as that its method needs a body.
    const unmatched = kind && (kind === NotFound || request.is404);
    const problem = unmatched ? this.noRoute(request, reply) : (kind?.() ?? toProblem(error, undefined, this.log));
    sendProblem(request, reply, problem);
  }

  private noRoute({ method, url }: FastifyRequest, reply: FastifyReply): Problem {
    const path = url.split('?')[0] ?? '';
    const allowed = this.paths.methodsOf(path);
    if (allowed.length === 0) return NotFound(`No route matches ${method} ${path.slice(0, 200)}.`);
    void reply.header('allow', allowed.join(', '));
    return MethodNotAllowed(`This path takes ${allowed.join(', ')}.`);
  }
}
