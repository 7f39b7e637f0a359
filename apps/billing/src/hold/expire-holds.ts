import { LOG, type Log, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { HoldRepository } from './hold.repository.js';

/** Expires overdue holds periodically. Any number of instances may run it. */
@Injectable()
export class ExpireHolds extends IntervalJob {
  constructor(
    private readonly holds: HoldRepository,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_HOLD_EXPIRY_MS, log, 'expiring holds failed; retrying');
  }

  protected async execute(): Promise<void> {
    const expired = await this.holds.expire();
    if (expired) this.log.info({ expired }, 'expired holds that were never captured or released');
  }
}
