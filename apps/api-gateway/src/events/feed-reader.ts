import { type FeedEvent, kernel, Unavailable } from '@skep/contracts';
import { Bus, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

type Listener = (event: FeedEvent) => void;

const AGAIN_MS = 1_000;
export const BATCH = 500;

/**
 * Follows the kernel's feed for all streams of this gateway. A hint says that the feed has moved; the events themselves are
 * read after the last one seen, so a lost hint costs time and never an event.
 */
@Injectable()
export class FeedReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private last?: number;
  private wanted = 0;
  private reading?: Promise<void>;
  private again?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.subscribe(kernel.feedAdvanced, ({ head }) => {
      this.wanted = Math.max(this.wanted, head);
      void this.read();
    });
    void this.read();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.again);
  }

  /**
   * Waits until it is known where the feed ends. What happens before that reaches no listener, so no stream may begin earlier.
   * @throws Problem `unavailable` while the feed cannot be read
   */
  async mustBeReading(): Promise<void> {
    if (this.last === undefined) await this.read();
    if (this.last === undefined) throw Unavailable(undefined, 1);
  }

  /** Hears every event from now on, of all people; returns how to stop. */
  follow(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What one person may see after an event, oldest first. */
  async readFor(person: { user: string; tenant: string }, after: number) {
    return this.bus.call(kernel.readFeed, newCtx({ actor: 'service:api-gateway' }), {
      after,
      limit: BATCH,
      user_id: person.user,
      tenant_id: person.tenant,
    });
  }

  /** Reads all that is there, once at a time. */
  private read(): Promise<void> {
    return (this.reading ??= this.readOn().finally(() => (this.reading = undefined)));
  }

  private async readOn(): Promise<void> {
    clearTimeout(this.again);
    try {
      while (!this.stopped && (this.last === undefined || this.last < this.wanted)) {
        const { events, upto } = await this.bus.call(kernel.readFeed, newCtx({ actor: 'service:api-gateway' }), {
          after: this.last ?? Number.MAX_SAFE_INTEGER,
          limit: BATCH,
        });
        for (const event of events) for (const listener of this.listeners) listener(event);
        this.last = upto;
      }
    } catch (error) {
      if (this.stopped) return;
      this.log.warn(`the feed cannot be read; trying again: ${String(error)}`);
      this.again = setTimeout(() => void this.read(), AGAIN_MS).unref();
    }
  }
}
