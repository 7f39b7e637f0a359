import { Database, LOG, type Log, IntervalJob, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const HOUR_MS = 3_600_000;
const DELETE_OLD = statement(`delete from usage_event where created_at < now() - interval '40 days'`);

/** Deletes the ids of tracked usage after 40 days, longer than any service repeats an event. */
@Injectable()
export class DeleteOldUsageEvents extends IntervalJob {
  constructor(
    private readonly db: Database,
    @Inject(LOG) log: Log,
  ) {
    super(HOUR_MS, log, 'deleting old usage events failed; retrying');
  }

  protected async execute(): Promise<void> {
    await this.db.rows(DELETE_OLD);
  }
}
