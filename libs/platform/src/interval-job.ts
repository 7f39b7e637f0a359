import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Log } from './log.js';

/** Work that is done again and again while the service runs, never twice at a time in one process. */
export abstract class IntervalJob implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  /** `failure`: what is logged when the work throws. */
  constructor(
    private readonly everyMs: number,
    protected readonly log: Log,
    private readonly failure: string,
  ) {}

  protected abstract execute(): Promise<void>;

  onApplicationBootstrap(): void {
    const again = () => (this.running ??= this.attempt().finally(() => (this.running = undefined)));
    this.timer = setInterval(() => void again(), this.everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.execute();
    } catch (error) {
      this.log.warn({ error }, this.failure);
    }
  }
}
