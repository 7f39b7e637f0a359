import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Interval } from './interval.js';
import type { Log } from './log.js';

/** Runs work at an interval while the service runs, never twice at the same time in one process. */
export abstract class IntervalJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly interval: Interval;

  /** @param failureMessage what is logged if the work throws */
  constructor(
    intervalMs: number,
    protected readonly log: Log,
    private readonly failureMessage: string,
  ) {
    this.interval = new Interval(intervalMs, () => this.attempt());
  }

  protected abstract execute(): Promise<void>;

  onApplicationBootstrap(): void {
    this.interval.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.interval.stop();
  }

  private async attempt(): Promise<void> {
    try {
      await this.execute();
    } catch (error) {
      this.log.warn({ error }, this.failureMessage);
    }
  }
}
