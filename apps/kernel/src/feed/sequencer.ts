import { kernel } from '@skep/contracts';
import { Bus, Database, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { KernelConfig } from '../kernel.config.js';

const AT_ONCE = 1_000;
const SEQUENCE = statement<{ head: number; numbered: number }>(`select head, numbered from sequence_feed(${AT_ONCE})`);
const PRUNE = statement<{ pruned: number }>('select prune_feed($1, $2) as pruned');

const POLL_MS = 200;
/** A hint may get lost, so the next one comes even if nothing has moved. */
const HINT_MS = 2_000;
const PRUNE_MS = 60_000;

/** Numbers the feed's new events in the order in which they became visible, and tells how far the feed has come. */
@Injectable()
export class Sequencer implements OnApplicationBootstrap, OnApplicationShutdown {
  private running?: Promise<void>;
  private pruning?: Promise<void>;
  private again = false;
  private failing = false;
  private stopped = false;
  private hintedAt = 0;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly config: KernelConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timers = [setInterval(() => this.wake(), POLL_MS).unref(), setInterval(() => this.prune(), PRUNE_MS).unref()];
    this.wake();
    this.prune();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([this.running, this.pruning]);
  }

  /** For whoever has written an event. */
  wakeAfterCommit(): void {
    this.db.afterCommit(() => this.wake());
  }

  private wake(): void {
    this.again = true;
    if (this.stopped) return;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
    });
  }

  private async work(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        const { head, numbered } = (await this.db.acrossTenants(() => this.db.row(SEQUENCE)))!;
        this.failing = false;
        if (numbered === AT_ONCE) this.again = true;
        if (numbered > 0 || Date.now() - this.hintedAt >= HINT_MS) {
          this.hintedAt = Date.now();
          this.bus.broadcast(kernel.feedAdvanced, { head });
        }
      } catch (error) {
        if (!this.failing) this.log.warn({ error }, 'events wait for their numbers; trying again');
        this.failing = true;
        return;
      }
    }
  }

  private prune(): void {
    this.pruning ??= this.forget()
      .catch((error: unknown) => this.log.warn({ error }, 'old events could not be forgotten; trying again'))
      .finally(() => {
        this.pruning = undefined;
      });
  }

  private async forget(): Promise<void> {
    const { SKEP_FEED_KEEP_DAYS: days, SKEP_FEED_KEEP_ROWS: rows } = this.config;
    while (!this.stopped && (await this.db.acrossTenants(() => this.db.row(PRUNE, [days, rows])))?.pruned);
  }
}
