import { Database, LOG, type Log, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { UsageEventEntity } from './usage-event.entity.js';

const HOUR_MS = 3_600_000;
const KEPT_MS = 40 * 24 * HOUR_MS;

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
    await this.db.repository(UsageEventEntity).delete({ created_at: LessThan(new Date(Date.now() - KEPT_MS)) });
  }
}
