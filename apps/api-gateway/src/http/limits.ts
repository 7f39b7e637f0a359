import { Problem } from '@skep/contracts';
import { networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiter } from './rate-limiter.js';

const GUESSES_A_MINUTE = 60;

/** What is counted of requests, by one rule for the lines of the tables and for controllers. */
@Injectable()
export class Limits {
  constructor(private readonly limiter: RateLimiter) {}

  /** Counts a request of a person or, for nobody in particular, of a network address. Services are not limited. @throws Problem `too_many_requests` */
  async count({ who, ip }: FastifyRequest, reply: FastifyReply, place: string, perMinute?: number): Promise<void> {
    if (who.actor.startsWith('service:')) return;
    await this.limiter.limit(reply, place, who.user || networkOf(ip), perMinute);
  }

  /** Counts a credential that was refused. @returns the error, or `too_many_requests` for a caller that keeps guessing */
  async countRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!(error instanceof Problem) || error.body.status !== 401) return error;
    return this.count(request, reply, 'credentials', GUESSES_A_MINUTE).then(
      () => error,
      (tooMany: unknown) => tooMany,
    );
  }
}
