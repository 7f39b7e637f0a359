import { BadRequest, type Fault, Forbidden, NotFound, Problem, TooLarge, Unauthenticated, UnsupportedMediaType } from '@skep/contracts';
import { LOG, type Log, toProblem } from '@skep/platform';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Writes a problem as the answer; `instance` is the request's id, the word to look for in the logs. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, { body, retryAfter }: Problem): FastifyReply {
  if (retryAfter) void reply.header('retry-after', String(retryAfter));
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(body.status)
    .type('application/problem+json')
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
  constructor(@Inject(LOG) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const kind = error instanceof HttpException ? BY_STATUS.get(error.getStatus()) : undefined;
    const problem = kind
      ? kind(kind === NotFound ? `Nothing answers ${request.method} ${pathOf(request.url)}.` : kind.title)
      : toProblem(error, undefined, this.log);
    sendProblem(request, http.getResponse<FastifyReply>(), problem);
  }
}

const pathOf = (url: string) => (url.split('?')[0] ?? '').slice(0, 200);
