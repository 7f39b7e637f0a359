import { TooManyRequests } from '@skep/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config.js';

const EVERYBODY = 600;

/** Requests a minute by person or, for nobody in particular, by network address. Counted in each gateway for itself. */
@Injectable()
export class RateLimiter {
  private readonly limiters = new Map<number, RateLimiterMemory>();
  private readonly off: boolean;

  constructor(config: GatewayConfig) {
    if (config.SKEP_RATE_LIMITS === 'off' && config.NODE_ENV === 'production')
      throw new Error('SKEP_RATE_LIMITS=off is for load tests; with NODE_ENV=production the limits stay on.');
    this.off = config.SKEP_RATE_LIMITS === 'off';
  }

  /**
   * Counts one request of a caller at a place, and tells in the answer's headers where the caller stands.
   * @throws Problem `too_many_requests`, which says how long to wait.
   */
  async limit(reply: FastifyReply, place: string, caller: string, perMinute: number = EVERYBODY): Promise<void> {
    if (this.off) return;
    let limiter = this.limiters.get(perMinute);
    if (!limiter) this.limiters.set(perMinute, (limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })));
    const tell = ({ remainingPoints, msBeforeNext }: RateLimiterRes): number => {
      const reset = Math.ceil(msBeforeNext / 1000);
      void reply.headers({ 'ratelimit-limit': perMinute, 'ratelimit-remaining': remainingPoints, 'ratelimit-reset': reset });
      return reset;
    };
    try {
      tell(await limiter.consume(`${perMinute === EVERYBODY ? '' : place}|${caller}`));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw TooManyRequests(undefined, tell(refused));
    }
  }
}
