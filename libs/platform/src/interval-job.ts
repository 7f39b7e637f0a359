import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Log } from './log.js';

/** Runs work at an interval while the service runs, never twice at the same time in one process. */
export abstract class IntervalJob implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  /** @param failureMessage what is logged if the work throws */
  constructor(
    private readonly intervalMs: number,
    protected readonly log: Log,
    private readonly failureMessage: string,
  ) {}

  protected abstract execute(): Promise<void>;

  onApplicationBootstrap(): void {
    const run = () => (this.running ??= this.attempt().finally(() => (this.running = undefined)));
    this.timer = setInterval(() => void run(), this.intervalMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.execute();
    } catch (error) {
      this.log.warn({ error }, this.failureMessage);
    }
  }
}
