import type { Log } from '@skep/platform';
import { Repeated } from '../repeated.js';
import type { HoldRepository } from './hold.repository.js';

/** Expires holds, every few seconds; any number of instances may. */
export class ExpireHolds extends Repeated {
  constructor(
    private readonly holds: HoldRepository,
    everyMs: number,
    log: Log,
  ) {
    super(everyMs, log, 'holds could not be expired; trying again');
  }

  protected async work(): Promise<void> {
    const expired = await this.holds.expire();
    if (expired) this.log.info({ expired }, 'holds that nobody ended have expired');
  }
}
