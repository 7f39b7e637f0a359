import { TooManyRequests } from '@skep/contracts';
import { type RateLimits, readRateLimits } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BlockList, isIP } from 'node:net';
import { type RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayConfig } from '../gateway.config.js';
import { LIMIT_NAMES, LIMITS } from './limit-names.js';
import { MINUTE_SECONDS, SharedCounts } from './shared-counts.js';

/** The counter of one limit and one client. */
interface Bucket {
  name: string;
  limiter: RateLimiterMemory;
  key: string;
}

/** Limits requests per minute of a client: a user or, without one, a network. Gateways count together (`SharedCounts`). */
@Injectable()
export class RateLimiter {
  private readonly limits: RateLimits;
  private readonly exempt = new BlockList();
  private lastFailure: Promise<void> = Promise.resolve();

  constructor(
    config: GatewayConfig,
    private readonly counts: SharedCounts,
  ) {
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
      const counted = await bucket.limiter.consume(bucket.key);
      this.counts.add(bucket.key, counted);
      // The other gateways learn of guesses at once, and of other requests within a tenth of a second.
      if (bucket.name === 'credentials') void this.counts.share();
      this.setHeaders(reply, bucket, counted);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw TooManyRequests(undefined, this.setHeaders(reply, bucket, error));
    }
  }

  /** For limits that count failures only: rejects a client with too many of them, and counts nothing. @throws Problem `too_many_requests` */
  async assertNotBlocked(reply: FastifyReply, limit: string, client: string, perMinute: number): Promise<void> {
    const bucket = this.bucket(limit, client, perMinute);
    const counted = bucket && (await bucket.limiter.get(bucket.key));
    if (counted && counted.remainingPoints <= 0) throw TooManyRequests(undefined, this.setHeaders(reply, bucket, counted));
  }

  /**
   * Counts a failure. Concurrent requests can all pass `assertNotBlocked`, so failures above the limit prolong the wait until the
   * average is within the limit again. Other gateways learn of it at once. Runs one at a time, because it reads and rewrites the counter.
   */
  countFailure(reply: FastifyReply, limit: string, client: string, perMinute: number): Promise<void> {
    const count = async () => {
      const bucket = this.bucket(limit, client, perMinute);
      if (!bucket) return;
      const { limiter, key } = bucket;
      const counted = await limiter.penalty(key);
      const seconds = (MINUTE_SECONDS * counted.consumedPoints) / limiter.points;
      this.setHeaders(reply, bucket, seconds > MINUTE_SECONDS ? await limiter.set(key, counted.consumedPoints, seconds) : counted);
      this.counts.add(key, counted);
      await this.counts.share();
    };
    return (this.lastFailure = this.lastFailure.then(count, count));
  }

  /** Returns undefined when limits are off or the client is exempt. */
  private bucket(limit: string, client: string, perMinute?: number): Bucket | undefined {
    if (this.limits.off || this.isExempt(client)) return undefined;
    const name = perMinute === undefined ? 'requests' : limit.replace(/^op\./, '');
    const points = this.limits.numbers.get(name) ?? perMinute ?? LIMITS.requests;
    return { name, limiter: this.counts.limiter(points), key: `${points}|${name}|${client}` };
  }

  private isExempt(client: string): boolean {
    const address = client.replace('::/64', '::');
    const version = isIP(address);
    return version !== 0 && this.exempt.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  /** @returns seconds until the counter restarts */
  private setHeaders(reply: FastifyReply, { name, limiter }: Bucket, { remainingPoints, msBeforeNext }: RateLimiterRes): number {
    const reset = Math.ceil(msBeforeNext / 1000);
    void reply.headers({
      'ratelimit-limit': limiter.points,
      'ratelimit-remaining': remainingPoints,
      'ratelimit-reset': reset,
      'ratelimit-policy': `"${name}";q=${limiter.points};w=${MINUTE_SECONDS};counted=${this.counts.areShared ? 'together' : 'alone'}`,
    });
    return reset;
  }
}
