import { Database, LOG, type Log, IntervalJob, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const HOUR_MS = 3_600_000;
const FORGET = statement(`delete from usage_event where created_at < now() - interval '40 days'`);

/** The ids of usage are kept for longer than a month: after that nobody tells of it again. */
@Injectable()
export class ForgetUsageEvents extends IntervalJob {
  constructor(
    private readonly db: Database,
    @Inject(LOG) log: Log,
  ) {
    super(HOUR_MS, log, 'old usage could not be forgotten; trying again');
  }

  protected async execute(): Promise<void> {
    await this.db.rows(FORGET);
  }
}
