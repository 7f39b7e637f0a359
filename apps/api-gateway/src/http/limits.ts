import { Problem } from '@skep/contracts';
import { SecondFactorRequired } from '@skep/contracts/auth';
import { networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../route.js';
import { appLimitOf, LIMITS } from './limit-names.js';
import { RateLimiter } from './rate-limiter.js';

/** Counts requests, failures and rejected credentials: the same rules for route tables, controllers and unknown paths. */
@Injectable()
export class Limits {
  constructor(private readonly limiter: RateLimiter) {}

  /** Counts a request of a user or, without one, of a network. Services are not limited. @throws Problem `too_many_requests` */
  async countRequest(
    { caller, ip }: Pick<FastifyRequest, 'caller' | 'ip'>,
    reply: FastifyReply,
    limit: string,
    perMinute?: number,
  ): Promise<void> {
    if (caller.actor.startsWith('service:')) return;
    await this.limiter.consume(reply, limit, caller.user || networkOf(ip), perMinute);
  }

  /** Counts a request to the app in its path, at a route that limits these. @throws Problem `too_many_requests` */
  async countAppRequest(route: Route, { params }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { app_id } = params as { app_id?: string };
    if (route.appPerMinute && app_id) await this.limiter.consume(reply, appLimitOf(route), app_id, route.appPerMinute);
  }

  /** Counts a rejected credential. @returns the error, or `too_many_requests` when the caller has sent too many of them */
  async countRejectedCredential(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!(error instanceof Problem) || error.body.status !== 401) return error;
    return this.countRequest(request, reply, 'credentials', LIMITS.credentials).then(
      () => error,
      (tooMany: unknown) => tooMany,
    );
  }

  /** Rejects a network with too many failures at a route. @throws Problem `too_many_requests` */
  async assertFewFailures({ operation, failuresPerMinute }: Route, { ip }: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (failuresPerMinute) await this.limiter.assertNotBlocked(reply, operation.subject, networkOf(ip), failuresPerMinute);
  }

  /** Counts a failure at a route that limits failures. `second_factor_required` and server errors are no failures of the client. */
  async countFailure(error: unknown, { operation, failuresPerMinute }: Route, { ip }: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!failuresPerMinute || !(error instanceof Problem)) return;
    if (error.body.status < 500 && error.body.code !== SecondFactorRequired.code)
      await this.limiter.countFailure(reply, operation.subject, networkOf(ip), failuresPerMinute);
  }
}
