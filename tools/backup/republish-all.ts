import pg from 'pg';
import { codeOf } from '../setup/fault.mjs';
import { databaseName } from '../start/services.mjs';
import { servicesWithDatabase } from '../start/installation.ts';

/** The SQLSTATEs of a missing database or table: the service was not started before the backup. */
const NOT_YET = ['3D000', '42P01'];

/**
 * Makes every service publish all events in its outbox again at its next start: a restored installation has no stream, and consumers may not
 * have consumed every event. The inboxes count as of now: entries of an old backup would expire before the events arrive again.
 * @param adminUrl of a superuser: row-level security does not apply
 * @returns the number of events
 */
export async function republishAll(adminUrl: string): Promise<number> {
  let events = 0;
  for (const name of servicesWithDatabase) {
    const url = new URL(adminUrl);
    url.pathname = `/${databaseName(name)}`;
    const client = new pg.Client({ connectionString: url.href });
    try {
      await client.connect();
      events += (await client.query('update outbox set sent_at = null')).rowCount ?? 0;
      await client.query('update inbox set consumed_at = now()');
    } catch (error) {
      if (!NOT_YET.includes(codeOf(error) ?? '')) throw error;
    } finally {
      await client.end();
    }
  }
  return events;
}
