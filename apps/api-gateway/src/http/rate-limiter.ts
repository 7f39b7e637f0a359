import { TooManyRequests } from '@skep/contracts';
import { type RateLimits, readRateLimits } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BlockList, isIP } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config.js';
import { LIMIT_NAMES, LIMITS } from './limit-names.js';

const MINUTE = 60;

/** What a request counts in: that of its own limit, or the one of all requests of its caller. */
interface Bucket {
  limiter: RateLimiterMemory;
  key: string;
}

/** Requests a minute by person or, for nobody in particular, by network address. Counted in each gateway for itself. */
@Injectable()
export class RateLimiter {
  private readonly limiters = new Map<number, RateLimiterMemory>();
  private readonly limits: RateLimits;
  private readonly exempt = new BlockList();
  private failures: Promise<void> = Promise.resolve();

  constructor(config: GatewayConfig) {
    this.limits = readRateLimits(config, LIMIT_NAMES);
    for (const { address, bits, family } of config.SKEP_RATE_LIMIT_EXEMPT) this.exempt.addSubnet(address, bits, family);
  }

  /**
   * Counts one request of a caller at a place, and tells in the answer's headers where the caller stands.
   * @param place names the limit: an operation's subject, or one of LIMITS
   * @param caller a person's id, or a network as of `networkOf`
   * @throws Problem `too_many_requests`, which says how long to wait.
   */
  async limit(reply: FastifyReply, place: string, caller: string, perMinute?: number): Promise<void> {
    const bucket = this.bucket(place, caller, perMinute);
    if (!bucket) return;
    try {
      tell(reply, bucket, await bucket.limiter.consume(bucket.key));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw TooManyRequests(undefined, tell(reply, bucket, refused));
    }
  }

  /** As `limit` where failures alone count: refuses a caller who had too many. @throws Problem `too_many_requests` */
  async check(reply: FastifyReply, place: string, caller: string, perMinute: number): Promise<void> {
    const bucket = this.bucket(place, caller, perMinute);
    const counted = bucket && (await bucket.limiter.get(bucket.key));
    if (counted && counted.remainingPoints <= 0) throw TooManyRequests(undefined, tell(reply, bucket, counted));
  }

  /**
   * Counts a failure. Many at once may all have passed `check`: whatever is above the limit is waited for, so that the mean stays
   * below it. One after another, because what is counted is read and written again.
   */
  fail(reply: FastifyReply, place: string, caller: string, perMinute: number): Promise<void> {
    const count = async () => {
      const bucket = this.bucket(place, caller, perMinute);
      if (!bucket) return;
      const { limiter, key } = bucket;
      const counted = await limiter.penalty(key);
      const seconds = (MINUTE * counted.consumedPoints) / limiter.points;
      tell(reply, bucket, seconds > MINUTE ? await limiter.set(key, counted.consumedPoints, seconds) : counted);
    };
    return (this.failures = this.failures.then(count, count));
  }

  /** Undefined where nothing is limited. */
  private bucket(place: string, caller: string, perMinute?: number): Bucket | undefined {
    if (this.limits.off || this.isExempt(caller)) return undefined;
    const name = perMinute === undefined ? 'requests' : place.replace(/^op\./, '');
    const points = this.limits.numbers.get(name) ?? perMinute ?? LIMITS.requests;
    let limiter = this.limiters.get(points);
    if (!limiter) this.limiters.set(points, (limiter = new RateLimiterMemory({ points, duration: MINUTE })));
    return { limiter, key: `${name}|${caller}` };
  }

  private isExempt(caller: string): boolean {
    const address = caller.replace('::/64', '::');
    const version = isIP(address);
    return version !== 0 && this.exempt.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

function tell(reply: FastifyReply, { limiter }: Bucket, { remainingPoints, msBeforeNext }: RateLimiterRes): number {
  const reset = Math.ceil(msBeforeNext / 1000);
  void reply.headers({ 'ratelimit-limit': limiter.points, 'ratelimit-remaining': remainingPoints, 'ratelimit-reset': reset });
  return reset;
}
