import { Database, LOG, type Log, IntervalJob, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const INTERVAL_MS = 3_600_000;
const FAILURE = 'housekeeping failed';

const CLEANUP_STATEMENTS = [
  statement('delete from pending_signup where expires_at < now()'),
  statement(`delete from password_reset where expires_at < now()`),
  statement(`delete from device_grant where expires_at < now() - interval '1 day'`),
  statement('delete from email_change where expires_at < now()'),
  statement('delete from challenge where expires_at < now()'),
  statement(`delete from totp where confirmed_at is null and created_at < now() - interval '1 day'`),
  statement(`delete from attempt where at < now() - interval '1 day'`),
  // Sessions stay for a week after their end, for questions about what happened. Used tokens stay as long as their session.
  statement(`
    with deleted as (
      delete from session where id in (
        select id from session
         where expires_at < now() - interval '7 days' or idle_until < now() - interval '7 days' or revoked_at < now() - interval '7 days'
         limit 1000)
      returning id)
    delete from refresh_token where session_id in (select id from deleted)`),
];

/** Deletes expired rows once an hour. */
@Injectable()
export class Housekeeping extends IntervalJob {
  constructor(
    private readonly db: Database,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log, FAILURE);
  }

  protected async execute(): Promise<void> {
    for (const cleanup of CLEANUP_STATEMENTS)
      await this.db.acrossTenants(() => this.db.rows(cleanup)).catch((error: unknown) => this.log.warn({ error }, FAILURE));
  }
}
