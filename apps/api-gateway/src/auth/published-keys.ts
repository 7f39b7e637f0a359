import { auth } from '@skep/contracts/auth';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const REFRESH_INTERVAL_MS = 1_000;
/** Tokens with made-up key ids cannot cause more frequent requests than this. */
const MIN_REFRESH_INTERVAL_MS = 250;

/** The published keys that verify access tokens. Refreshed every second, and at once when auth-gateway broadcasts a change. */
@Injectable()
export class PublishedKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private byKid = new Map<string, KeyObject>();
  private readonly listeners = new Set<(kid: string) => void>();
  private timer?: NodeJS.Timeout;
  private current = Promise.resolve();
  private queued?: Promise<void>;
  private startedAt = -Infinity;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  has(kid: string): boolean {
    return this.byKid.has(kid);
  }

  /** Refreshes the keys once before it reports an unknown `kid` as undefined. @throws Problem `unavailable` when the refresh fails */
  async find(kid: string): Promise<KeyObject | undefined> {
    if (!this.byKid.has(kid)) await this.refresh();
    return this.byKid.get(kid);
  }

  /** Calls back with the `kid` of each key that is no longer published. @returns a function that unsubscribes */
  onWithdrawn(listener: (kid: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe(auth.signingKeysChanged, () => void this.refreshInBackground());
    this.timer = setInterval(() => void this.refreshInBackground(), REFRESH_INTERVAL_MS).unref();
    await this.refreshInBackground();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Logs failures: while auth-gateway is unavailable, the known keys stay valid. */
  private async refreshInBackground(): Promise<void> {
    await this.refresh().catch((error: unknown) => this.log.warn(`signing keys cannot be read; retrying: ${String(error)}`));
  }

  /** Reads the keys in a request that starts after this call, and that concurrent callers share: a request in progress may miss the latest change. */
  private refresh(): Promise<void> {
    this.queued ??= (async () => {
      await this.current.catch(() => undefined);
      const early = this.startedAt + MIN_REFRESH_INTERVAL_MS - performance.now();
      if (early > 0) await sleep(early);
      this.queued = undefined;
      this.startedAt = performance.now();
      await (this.current = this.fetchKeys());
    })();
    return this.queued;
  }

  private async fetchKeys(): Promise<void> {
    const { keys } = await this.bus.call(auth.getJwks, newCtx({ actor: 'service:api-gateway' }), {});
    const before = this.byKid;
    this.byKid = new Map(
      keys.map((key) => {
        const kid = String(key['kid']);
        return [kid, before.get(kid) ?? createPublicKey({ key: key as JsonWebKey, format: 'jwk' })];
      }),
    );
    for (const kid of before.keys()) if (!this.byKid.has(kid)) for (const listener of this.listeners) listener(kid);
  }
}
