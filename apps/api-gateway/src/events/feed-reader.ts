import { Unavailable } from '@skep/contracts';
import { type FeedEvent, kernel } from '@skep/contracts/kernel';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

type Listener = (event: FeedEvent) => void;

const RETRY_MS = 1_000;
const BATCH_SIZE = 500;

/**
 * Reads the kernel's event feed for all streams of this gateway. A broadcast announces a new head; the events are then read after
 * the last one seen, so a lost broadcast delays events and never loses one.
 */
@Injectable()
export class FeedReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private last?: number;
  private head = 0;
  private reading?: Promise<void>;
  private retryTimer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.subscribe(kernel.feedAdvanced, ({ head }) => {
      this.head = Math.max(this.head, head);
      void this.read();
    });
    void this.read();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
  }

  /**
   * Waits until the head of the feed is known. Earlier events reach no listener, so no stream may start before.
   * @throws Problem `unavailable` while the feed cannot be read
   */
  async ensureStarted(): Promise<void> {
    if (this.last === undefined) await this.read();
    if (this.last === undefined) throw Unavailable(undefined, 1);
  }

  /** Calls back with every event from now on, of all users. @returns a function that unsubscribes */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Returns the events after `after` that a user may see, oldest first. */
  async readForUser(owner: { user: string; tenant: string }, after: number) {
    return this.bus.call(kernel.readFeed, newCtx({ actor: 'service:api-gateway' }), {
      after,
      limit: BATCH_SIZE,
      user_id: owner.user,
      tenant_id: owner.tenant,
    });
  }

  /** Reads all new events, one read at a time. */
  private read(): Promise<void> {
    return (this.reading ??= this.readToHead().finally(() => (this.reading = undefined)));
  }

  private async readToHead(): Promise<void> {
    clearTimeout(this.retryTimer);
    try {
      while (!this.stopped && (this.last === undefined || this.last < this.head)) {
        const { events, upto } = await this.bus.call(kernel.readFeed, newCtx({ actor: 'service:api-gateway' }), {
          after: this.last ?? Number.MAX_SAFE_INTEGER,
          limit: BATCH_SIZE,
        });
        for (const event of events) for (const listener of this.listeners) listener(event);
        this.last = upto;
      }
    } catch (error) {
      if (this.stopped) return;
      this.log.warn(`the event feed cannot be read; retrying: ${String(error)}`);
      this.retryTimer = setTimeout(() => void this.read(), RETRY_MS).unref();
    }
  }
}
