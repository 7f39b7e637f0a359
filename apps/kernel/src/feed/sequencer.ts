import { kernel } from '@skep/contracts/kernel';
import { Bus, Database, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const BATCH_MAX = 1_000;
const SEQUENCE = statement(`select head, numbered from sequence_feed(${BATCH_MAX})`, { head: 'int8', numbered: 'int4' });

const POLL_MS = 200;
/** A broadcast may be lost, so it is repeated even if the feed has not advanced. */
const BROADCAST_MS = 2_000;

/** Numbers new events of the feed in the order in which they became visible, and broadcasts the newest number. */
@Injectable()
export class Sequencer implements OnApplicationBootstrap, OnApplicationShutdown {
  private sequencing?: Promise<void>;
  private requested = false;
  private failing = false;
  private stopped = false;
  private broadcastAt = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sequencing;
  }

  /** Call this after adding an event: the sequencer runs when the current transaction has committed. */
  wakeAfterCommit(): void {
    this.db.afterCommit(() => this.wake());
  }

  private wake(): void {
    this.requested = true;
    if (this.stopped) return;
    this.sequencing ??= this.sequenceAll().finally(() => {
      this.sequencing = undefined;
    });
  }

  private async sequenceAll(): Promise<void> {
    while (this.requested) {
      this.requested = false;
      try {
        const { head, numbered } = (await this.db.acrossTenants(() => this.db.row(SEQUENCE)))!;
        this.failing = false;
        if (numbered === BATCH_MAX) this.requested = true;
        if (numbered > 0 || Date.now() - this.broadcastAt >= BROADCAST_MS) {
          this.broadcastAt = Date.now();
          this.bus.broadcast(kernel.feedAdvanced, { head });
        }
      } catch (error) {
        if (!this.failing) this.log.warn({ error }, 'new feed events could not be numbered; retrying');
        this.failing = true;
        return;
      }
    }
  }
}
