import { Problem, SecondFactorRequired } from '@skep/contracts';
import { networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../routes/define.js';
import { LIMITS } from './limit-names.js';
import { RateLimiter } from './rate-limiter.js';

/** What is counted of requests, by one rule for the lines of the tables and for controllers. */
@Injectable()
export class Limits {
  constructor(private readonly limiter: RateLimiter) {}

  /** Counts a request of a person or, for nobody in particular, of a network address. Services are not limited. @throws Problem `too_many_requests` */
  async count({ caller: who, ip }: FastifyRequest, reply: FastifyReply, place: string, perMinute?: number): Promise<void> {
    if (who.actor.startsWith('service:')) return;
    await this.limiter.limit(reply, place, who.user || networkOf(ip), perMinute);
  }

  /** Counts a credential that was refused. @returns the error, or `too_many_requests` for a caller that keeps guessing */
  async countRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!(error instanceof Problem) || error.body.status !== 401) return error;
    return this.count(request, reply, 'credentials', LIMITS.credentials).then(
      () => error,
      (tooMany: unknown) => tooMany,
    );
  }

  /** Refuses a network address that has failed too often at a route. @throws Problem `too_many_requests` */
  async checkFailures({ operation, failuresPerMinute }: Route, { ip }: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (failuresPerMinute) await this.limiter.check(reply, operation.subject, networkOf(ip), failuresPerMinute);
  }

  /** Counts a failure at a route that limits them. To be asked for a second factor is none, nor is an outage of ours. */
  async countFailure(error: unknown, { operation, failuresPerMinute }: Route, { ip }: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!failuresPerMinute || !(error instanceof Problem)) return;
    if (error.body.status < 500 && error.body.code !== SecondFactorRequired.code)
      await this.limiter.fail(reply, operation.subject, networkOf(ip), failuresPerMinute);
  }
}
