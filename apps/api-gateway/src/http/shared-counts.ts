import { type CountsAdded, type CountsAnswered, gateway, type SharedCount } from '@skep/contracts/gateway';
import { Bus } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

export const MINUTE_SECONDS = 60;
const MINUTE_MS = MINUTE_SECONDS * 1000;
/** How often a gateway sends what it has counted. */
const SHARE_MS = 100;
/** How often it sends a message at least, so that the others know that it runs. */
const HEARTBEAT_MS = 1_000;
/** After this silence no other gateway counts as running. */
const SILENCE_MS = 3_000;
/** About 150 KB. */
const COUNTS_PER_MESSAGE = 2_000;
/** Keys that wait to be sent, and new keys that are learned from others in a minute. Further keys are counted by each gateway alone. */
const MAX_KEYS = 100_000;

/**
 * The counters of rate limits. Each gateway counts in its memory and tells the others what it has counted, so that the limits hold for all
 * gateways together. Counts wait while NATS is unavailable; a gateway that starts or reconnects asks the others for their counts.
 */
@Injectable()
export class SharedCounts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly id = randomUUID();
  private readonly limiters = new Map<number, RateLimiterMemory>();
  private changed = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private joined = false;
  private sentAt = -Infinity;
  private heardAt = -Infinity;
  private learned = 0;
  private learnedSince = 0;
  private lastMessage: Promise<void> = Promise.resolve();

  constructor(@Inject(Bus) private readonly bus: Pick<Bus, 'isConnected' | 'broadcast' | 'subscribe'>) {}

  /** Whether this gateway receives messages of another one. Otherwise it counts alone. */
  get areShared(): boolean {
    return this.bus.isConnected && performance.now() - this.heardAt < SILENCE_MS;
  }

  /** The limiter of all keys with this limit per minute. A key begins with its limit: `60|requests|…`. */
  limiter(points: number): RateLimiterMemory {
    let limiter = this.limiters.get(points);
    if (!limiter) this.limiters.set(points, (limiter = new RateLimiterMemory({ points, duration: MINUTE_SECONDS })));
    return limiter;
  }

  /** Notes that a key was counted once, for the other gateways. @param counted the counter afterwards */
  add(key: string, { isFirstInDuration }: RateLimiterRes): void {
    const before = this.changed.get(key);
    // A new minute: what was counted in the last one is no longer of interest.
    if (before !== undefined || this.changed.size < MAX_KEYS) this.changed.set(key, isFirstInDuration ? 1 : (before ?? 0) + 1);
  }

  /** Sends what was counted since the last time. */
  async share(): Promise<void> {
    if (!this.bus.isConnected) {
      this.joined = false;
      this.heardAt = -Infinity;
      return;
    }
    const changed = this.changed;
    this.changed = new Map();
    const counts: SharedCount[] = [];
    for (const [key, count] of changed) {
      const counted = await this.limiterOf(key).get(key);
      if (counted) counts.push([key, count, counted.msBeforeNext]);
    }
    for (const part of toParts(counts)) this.send(part);
    const isHeartbeatDue = performance.now() - this.sentAt >= HEARTBEAT_MS;
    if (isHeartbeatDue) this.send([]);
    if (this.joined) return;
    // After the own counts, so that the answers include them.
    this.joined = true;
    this.bus.broadcast(gateway.countsRequested, { gateway: this.id });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe(gateway.countsAdded, (message) => this.handleInOrder(() => this.learn(message)));
    this.bus.subscribe(gateway.countsRequested, (request) => this.handleInOrder(() => this.answer(request.gateway)));
    this.bus.subscribe(gateway.countsAnswered, (answer) => this.handleInOrder(() => this.catchUp(answer)));
    this.timer = setInterval(() => void this.share(), SHARE_MS).unref();
    await this.share();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.share();
  }

  /** An answer must include what the messages before the request have added. */
  private handleInOrder(handle: () => Promise<void>): void {
    this.lastMessage = this.lastMessage.then(handle, handle);
  }

  private send(counts: SharedCount[]): void {
    this.bus.broadcast(gateway.countsAdded, { gateway: this.id, counts });
    this.sentAt = performance.now();
  }

  private async learn({ gateway, counts }: CountsAdded): Promise<void> {
    if (gateway === this.id) return;
    this.heardAt = performance.now();
    for (const count of counts) await this.merge(count);
  }

  /** Sends all counters to a gateway that asked, after what it would otherwise get twice. */
  private async answer(to: string): Promise<void> {
    if (to === this.id) return;
    await this.share();
    const now = Date.now();
    const counters = [...this.limiters.values()].flatMap((limiter) => limiter.dump().storage);
    const counts = counters.map(({ key, value, expiresAt }): SharedCount => [String(key), value, (expiresAt ?? now) - now]);
    for (const part of toParts(counts)) this.bus.broadcast(gateway.countsAnswered, { to, counts: part });
  }

  /** Raises the own counters to those of another gateway. Several answers do not add up. */
  private async catchUp({ to, counts }: CountsAnswered): Promise<void> {
    if (to !== this.id) return;
    for (const [key, total, msLeft] of counts) {
      const counted = await this.limiterOf(key).get(key);
      const missing = total - (counted?.consumedPoints ?? 0);
      if (missing > 0) await this.merge([key, missing, msLeft]);
    }
  }

  private async merge([key, count, msLeft]: SharedCount): Promise<void> {
    if (msLeft <= 0) return;
    const limiter = this.limiterOf(key);
    if (this.hasLearnedEnough() && !(await limiter.get(key))) return;
    const counted = await limiter.penalty(key, count, { customDuration: msLeft / 1000 });
    if (counted.isFirstInDuration) this.learned++;
    // More than a minute is the wait after a burst of failures: it holds at each gateway.
    if (msLeft > MINUTE_MS && msLeft > counted.msBeforeNext) await limiter.set(key, counted.consumedPoints, msLeft / 1000);
  }

  private hasLearnedEnough(): boolean {
    const now = performance.now();
    if (now - this.learnedSince > MINUTE_MS) [this.learned, this.learnedSince] = [0, now];
    return this.learned >= MAX_KEYS;
  }

  private limiterOf(key: string): RateLimiterMemory {
    return this.limiter(Number.parseInt(key, 10));
  }
}

const toParts = (counts: SharedCount[]): SharedCount[][] =>
  Array.from({ length: Math.ceil(counts.length / COUNTS_PER_MESSAGE) }, (_, i) =>
    counts.slice(i * COUNTS_PER_MESSAGE, (i + 1) * COUNTS_PER_MESSAGE),
  );
