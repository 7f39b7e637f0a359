import { LOG, type Log, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { HoldRepository } from './hold.repository.js';

/** Expires holds, every few seconds; any number of instances may. */
@Injectable()
export class ExpireHolds extends IntervalJob {
  constructor(
    private readonly holds: HoldRepository,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_HOLD_EXPIRY_MS, log, 'holds could not be expired; trying again');
  }

  protected async execute(): Promise<void> {
    const expired = await this.holds.expire();
    if (expired) this.log.info({ expired }, 'holds that nobody ended have expired');
  }
}
