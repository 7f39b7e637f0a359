import { Database, IntervalJob, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const INTERVAL_MS = 1_000;
/** How many one transaction counts. */
const AT_ONCE = 5_000;
const COUNT = statement('select count_actions(:at_most) as counted', { counted: 'int8' });

/** Adds new actions to the counters of the statistics, which include them before that too. Any number of instances may run it. */
@Injectable()
export class CountActions extends IntervalJob {
  constructor(
    private readonly db: Database,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log, 'counting actions failed; retrying');
  }

  protected execute(): Promise<void> {
    return this.db.acrossTenants(async () => {
      while ((await this.db.row(COUNT, { at_most: AT_ONCE }))!.counted === AT_ONCE);
    });
  }
}
