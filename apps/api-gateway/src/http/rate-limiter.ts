import { TooManyRequests } from '@skep/contracts';
import { type RateLimits, readRateLimits } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BlockList, isIP } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config.js';
import { LIMIT_NAMES, LIMITS } from './limit-names.js';

const MINUTE_SECONDS = 60;

/** The counter of one limit and one client. */
interface Bucket {
  limiter: RateLimiterMemory;
  key: string;
}

/** Limits requests per minute of a client: a user or, without one, a network. Each gateway counts for itself. */
@Injectable()
export class RateLimiter {
  private readonly limiters = new Map<number, RateLimiterMemory>();
  private readonly limits: RateLimits;
  private readonly exempt = new BlockList();
  private lastFailure: Promise<void> = Promise.resolve();

  constructor(config: GatewayConfig) {
    this.limits = readRateLimits(config, LIMIT_NAMES);
    for (const { address, bits, family } of config.SKEP_RATE_LIMIT_EXEMPT) this.exempt.addSubnet(address, bits, family);
  }

  /**
   * Counts one request of a client and sets the `RateLimit-*` headers of the response.
   * @param limit an operation's subject, or one of LIMITS
   * @param client a user's id, or a network as returned by `networkOf`
   * @param perMinute the default of the limit; without it the request counts in `requests`
   * @throws Problem `too_many_requests`, with the seconds to wait.
   */
  async consume(reply: FastifyReply, limit: string, client: string, perMinute?: number): Promise<void> {
    const bucket = this.bucket(limit, client, perMinute);
    if (!bucket) return;
    try {
      setHeaders(reply, bucket, await bucket.limiter.consume(bucket.key));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw TooManyRequests(undefined, setHeaders(reply, bucket, error));
    }
  }

  /** For limits that count failures only: rejects a client with too many of them, and counts nothing. @throws Problem `too_many_requests` */
  async assertNotBlocked(reply: FastifyReply, limit: string, client: string, perMinute: number): Promise<void> {
    const bucket = this.bucket(limit, client, perMinute);
    const counted = bucket && (await bucket.limiter.get(bucket.key));
    if (counted && counted.remainingPoints <= 0) throw TooManyRequests(undefined, setHeaders(reply, bucket, counted));
  }

  /**
   * Counts a failure. Concurrent requests can all pass `assertNotBlocked`, so failures above the limit prolong the wait until the
   * average is within the limit again. Runs one at a time, because it reads and rewrites the counter.
   */
  countFailure(reply: FastifyReply, limit: string, client: string, perMinute: number): Promise<void> {
    const count = async () => {
      const bucket = this.bucket(limit, client, perMinute);
      if (!bucket) return;
      const { limiter, key } = bucket;
      const counted = await limiter.penalty(key);
      const seconds = (MINUTE_SECONDS * counted.consumedPoints) / limiter.points;
      setHeaders(reply, bucket, seconds > MINUTE_SECONDS ? await limiter.set(key, counted.consumedPoints, seconds) : counted);
    };
    return (this.lastFailure = this.lastFailure.then(count, count));
  }

  /** Returns undefined when limits are off or the client is exempt. */
  private bucket(limit: string, client: string, perMinute?: number): Bucket | undefined {
    if (this.limits.off || this.isExempt(client)) return undefined;
    const name = perMinute === undefined ? 'requests' : limit.replace(/^op\./, '');
    const points = this.limits.numbers.get(name) ?? perMinute ?? LIMITS.requests;
    let limiter = this.limiters.get(points);
    if (!limiter) this.limiters.set(points, (limiter = new RateLimiterMemory({ points, duration: MINUTE_SECONDS })));
    return { limiter, key: `${name}|${client}` };
  }

  private isExempt(client: string): boolean {
    const address = client.replace('::/64', '::');
    const version = isIP(address);
    return version !== 0 && this.exempt.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** @returns seconds until the counter restarts */
function setHeaders(reply: FastifyReply, { limiter }: Bucket, { remainingPoints, msBeforeNext }: RateLimiterRes): number {
  const reset = Math.ceil(msBeforeNext / 1000);
  void reply.headers({ 'ratelimit-limit': limiter.points, 'ratelimit-remaining': remainingPoints, 'ratelimit-reset': reset });
  return reset;
}
