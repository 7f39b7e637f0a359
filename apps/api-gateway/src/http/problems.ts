import {
  BadRequest,
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
import { APIS, apiAt, type Apis } from '../api.js';
import type { ErrorForm } from './error-form.js';
import { KnownPaths } from './known-paths.js';

/** The form of a request's errors: that of its route or, without one, of the API that its URL belongs to. */
export const errorFormOf = ({ routeOptions, url }: FastifyRequest, apis: Apis): ErrorForm =>
  routeOptions.config?.errors ?? apiAt(apis, url).errors;

/** Sends a problem. Its `instance` is the request's id, which the logs contain. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, { body, retryAfter }: Problem, form: ErrorForm): FastifyReply {
  const status = form.statusOf?.(body, request) ?? body.status;
  if (retryAfter) void reply.header('retry-after', String(retryAfter));
  if (status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
  const sent = form.bodyOf({ ...body, status, instance: `urn:request:${request.id}` }, request);
  return reply.code(status).type(form.contentType).send(JSON.stringify(sent));
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
    @Inject(APIS) private readonly apis: Apis,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const kind = error instanceof HttpException ? KIND_BY_STATUS.get(error.getStatus()) : undefined;
    // A request without a route always gets 404 or 405, whatever else is wrong with it.
    const unmatched = kind && (kind === NotFound || request.is404);
    const problem = unmatched ? this.noMatchingRoute(request, reply) : (kind?.() ?? toProblem(error, undefined, this.log));
    sendProblem(request, reply, problem, errorFormOf(request, this.apis));
  }

  private noMatchingRoute({ method, url }: FastifyRequest, reply: FastifyReply): Problem {
    const path = url.split('?')[0] ?? '';
    const allowed = this.paths.methodsOf(path);
    // A route may find that a path, such as that of a file, leads to nothing.
    if (allowed.length === 0 || allowed.includes(method)) return NotFound(`No route matches ${method} ${path.slice(0, 200)}.`);
    void reply.header('allow', allowed.join(', '));
    return MethodNotAllowed(`This path allows ${allowed.join(', ')}.`);
  }
}
