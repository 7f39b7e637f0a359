import { auth } from '@skep/contracts';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const SYNC_MS = 1_000;
/** Whoever makes up key ids makes us ask no more often than this. */
const AGAIN_MS = 250;

/** The keys that access tokens may be signed with. Read again every second, and at once when auth-gateway says that they changed. */
@Injectable()
export class PublishedKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private keys = new Map<string, KeyObject>();
  private readonly listeners = new Set<(kid: string) => void>();
  private timer?: NodeJS.Timeout;
  private reading = Promise.resolve();
  private next?: Promise<void>;
  private begunAt = -Infinity;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  has(kid: string): boolean {
    return this.keys.has(kid);
  }

  /** An id that is not known is looked for once more before there is no such key. @throws Problem `unavailable` when that cannot be done */
  async find(kid: string): Promise<KeyObject | undefined> {
    if (!this.keys.has(kid)) await this.again();
    return this.keys.get(kid);
  }

  /** Calls back for each key that is no longer published; returns how to stop listening. */
  onWithdrawn(listener: (kid: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe(auth.signingKeysChanged, () => void this.sync());
    this.timer = setInterval(() => void this.sync(), SYNC_MS).unref();
    await this.sync();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Tokens that are good stay good while auth-gateway is away. */
  private async sync(): Promise<void> {
    await this.again().catch((error: unknown) => this.log.warn(`signing keys could not be read; trying again: ${String(error)}`));
  }

  /** A reading that begins after now, which all who ask before it begins share: one under way may not see what has just changed. */
  private again(): Promise<void> {
    this.next ??= (async () => {
      await this.reading.catch(() => undefined);
      const early = this.begunAt + AGAIN_MS - performance.now();
      if (early > 0) await sleep(early);
      this.next = undefined;
      this.begunAt = performance.now();
      await (this.reading = this.read());
    })();
    return this.next;
  }

  private async read(): Promise<void> {
    const { keys } = await this.bus.call(auth.getJwks, newCtx({ actor: 'service:api-gateway' }), {});
    const before = this.keys;
    this.keys = new Map(
      keys.map((key) => {
        const kid = String(key['kid']);
        return [kid, before.get(kid) ?? createPublicKey({ key: key as JsonWebKey, format: 'jwk' })];
      }),
    );
    for (const kid of before.keys()) if (!this.keys.has(kid)) for (const listener of this.listeners) listener(kid);
  }
}
