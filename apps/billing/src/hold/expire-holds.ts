import type { Log } from '@skep/platform';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { HoldRepository } from './hold.repository.js';

/** Expires holds, every few seconds; any number of instances may. */
export class ExpireHolds implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly holds: HoldRepository,
    private readonly everyMs: number,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const again = () => (this.running ??= this.run().finally(() => (this.running = undefined)));
    this.timer = setInterval(() => void again(), this.everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async run(): Promise<void> {
    try {
      const expired = await this.holds.expire();
      if (expired) this.log.info({ expired }, 'holds that nobody ended have expired');
    } catch (error) {
      this.log.warn({ error }, 'holds could not be expired; trying again');
    }
  }
}
