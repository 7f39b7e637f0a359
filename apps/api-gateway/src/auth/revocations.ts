import { auth, type RevokedSession } from '@skep/contracts/auth';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const SYNC_INTERVAL_MS = 1_000;
/** Enough for the pages of a million revoked sessions. */
const SYNC_TIMEOUT_MS = 60_000;
/** A revocation is committed slightly later than its timestamp, so each sync overlaps the previous one by this much. */
const OVERLAP_MS = 10_000;
/** When the last successful sync is older than this, the revocations are not up to date. */
const MAX_STALENESS_MS = 10_000;
/** Longer than the lifetime of any access token. */
const RETENTION_MS = 24 * 3600 * 1000;

/** Revoked sessions whose access tokens may not have expired yet. Learned from a broadcast at once, and from a sync every second in case a broadcast is lost. */
@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly forgetAt = new Map<string, number>();
  private readonly listeners = new Set<(session: string) => void>();
  private timer?: NodeJS.Timeout;
  private syncing = false;
  private syncedAt = -Infinity;
  private since = new Date(Date.now() - RETENTION_MS);

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  has(session: string): boolean {
    return this.forgetAt.has(session);
  }

  /** Whether the revoked sessions are known, except for the last few seconds. */
  get isUpToDate(): boolean {
    return performance.now() - this.syncedAt < MAX_STALENESS_MS;
  }

  /** Calls back with the id of each session that is revoked from now on. @returns a function that unsubscribes */
  onRevoked(listener: (session: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.bus.subscribe(auth.sessionRevoked, (revoked) => this.add(revoked));
    this.timer = setInterval(() => void this.sync(), SYNC_INTERVAL_MS).unref();
    await this.sync();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sync(): Promise<void> {
    if (this.syncing) return;
    this.syncing = true;
    const [now, startedAt] = [Date.now(), performance.now()];
    for (const [session, time] of this.forgetAt) if (time < now) this.forgetAt.delete(session);
    try {
      const ctx = newCtx({ actor: 'service:api-gateway', deadline: now + SYNC_TIMEOUT_MS });
      const { rows } = await this.bus.call(auth.listRevokedSessions, ctx, { since: this.since });
      for (const session of rows) this.add(session);
      this.since = new Date(now - OVERLAP_MS);
      this.syncedAt = startedAt;
    } catch (error) {
      this.log.warn(`revoked sessions cannot be read; retrying: ${String(error)}`);
    } finally {
      this.syncing = false;
    }
  }

  private add({ session_id, forget_at }: RevokedSession): void {
    if (this.forgetAt.has(session_id)) return;
    this.forgetAt.set(session_id, forget_at.getTime());
    for (const listener of this.listeners) listener(session_id);
  }
}
