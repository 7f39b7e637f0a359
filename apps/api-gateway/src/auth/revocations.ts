import { auth, type RevokedSession } from '@skep/contracts';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const SYNC_MS = 1_000;
/** A session's end is committed a little after the moment it bears, so each reading goes back further than the last one. */
const OVERLAP_MS = 10_000;
/** Without a word from auth-gateway for longer than this, nobody knows which sessions have ended. */
const TRUSTED_MS = 10_000;
/** Longer than any access token lives. */
const MEMORY_MS = 24 * 3600 * 1000;

/** Sessions whose access tokens must no longer pass. Told at once by the bus, and read again regularly in case a word was missed. */
@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly until = new Map<string, number>();
  private readonly listeners = new Set<(session: string) => void>();
  private timer?: NodeJS.Timeout;
  private syncing = false;
  private heardAt = -Infinity;
  private since = new Date(Date.now() - MEMORY_MS);

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  has(session: string): boolean {
    return this.until.has(session);
  }

  /** Do we know, but for a few seconds, which sessions have ended? */
  get areKnown(): boolean {
    return performance.now() - this.heardAt < TRUSTED_MS;
  }

  /** Calls back for each session that ends from now on; returns how to stop listening. */
  onRevoked(listener: (session: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe(auth.sessionRevoked, (revoked) => this.add(revoked));
    this.timer = setInterval(() => void this.sync(), SYNC_MS).unref();
    await this.sync();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sync(): Promise<void> {
    if (this.syncing) return;
    this.syncing = true;
    const [now, asked] = [Date.now(), performance.now()];
    for (const [session, end] of this.until) if (end < now) this.until.delete(session);
    try {
      const revoked = await this.bus.call(auth.listRevokedSessions, newCtx({ actor: 'service:api-gateway' }), { since: this.since });
      for (const session of revoked) this.add(session);
      this.since = new Date(now - OVERLAP_MS);
      this.heardAt = asked;
    } catch (error) {
      this.log.warn(`revoked sessions could not be read; trying again: ${String(error)}`);
    } finally {
      this.syncing = false;
    }
  }

  private add({ session_id, forget_at }: RevokedSession): void {
    if (this.until.has(session_id)) return;
    this.until.set(session_id, forget_at.getTime());
    for (const listener of this.listeners) listener(session_id);
  }
}
