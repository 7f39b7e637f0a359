import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config.js';

/** Where a caller stands after a request. `reset`: seconds until the count starts again. */
export interface Standing {
  limit: number;
  remaining: number;
  reset: number;
  /** There was no request left. */
  exceeded: boolean;
}

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

  /** Counts one request of a caller at a place; undefined where the limits are off. */
  async count(place: string, caller: string, perMinute: number = EVERYBODY): Promise<Standing | undefined> {
    if (this.off) return undefined;
    let limiter = this.limiters.get(perMinute);
    if (!limiter) this.limiters.set(perMinute, (limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })));
    const standing = (result: RateLimiterRes, exceeded: boolean): Standing => {
      return { limit: perMinute, remaining: result.remainingPoints, reset: Math.ceil(result.msBeforeNext / 1000), exceeded };
    };
    try {
      return standing(await limiter.consume(`${perMinute === EVERYBODY ? '' : place}|${caller}`), false);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return standing(refused, true);
    }
  }
}
