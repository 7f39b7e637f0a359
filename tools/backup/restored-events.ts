import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { codeOf } from '../setup/fault.mjs';
import { servicesWithDatabase } from '../start/installation.ts';
import { databaseName } from '../start/services.mjs';

// A restored installation has no stream of events, and consumers may not have consumed every event of the outboxes. A service publishes as
// soon as it starts, when the consumers of others may not exist yet, and removes old events. So the outboxes are empty until all have started.

/** In a schema of its own, which belongs to no service. */
const SET_ASIDE = `
  create schema if not exists restored;
  create table if not exists restored.outbox (like outbox);
  insert into restored.outbox select * from outbox;
  truncate outbox`;
/** Entries of an old backup would otherwise expire before their events arrive again. */
const RENEW_INBOX = 'update inbox set consumed_at = now()';
const PUT_BACK = `
  insert into outbox (id, seq, subject, ctx, payload, created_at) overriding system value
  select id, seq, subject, ctx, payload, created_at from restored.outbox`;
const IS_SET_ASIDE = `select to_regclass('restored.outbox') is not null as is_set_aside`;

/** The SQLSTATEs of a missing database or table: the service was never started before the backup. */
const NOT_STARTED = ['3D000', '42P01'];

/** Exists until the events have been put back. */
const markerIn = (data: string) => join(data, 'restored');

/**
 * Sets aside the events in all outboxes of a restored installation that has not started yet.
 * @param adminUrl of a superuser: row-level security does not apply
 */
export async function setEventsAside(data: string, adminUrl: string): Promise<void> {
  await forEachDatabase(adminUrl, async (client) => {
    await client.query(SET_ASIDE);
    await client.query(RENEW_INBOX);
  });
  writeFileSync(markerIn(data), '');
}

/** Puts the events back after the first start, so that the services publish them. Consumers skip those that they have already consumed. */
export async function putEventsBack(data: string, adminUrl: string): Promise<void> {
  if (!existsSync(markerIn(data))) return;
  let events = 0;
  await forEachDatabase(adminUrl, async (client) => {
    const { rows } = await client.query<{ is_set_aside: boolean }>(IS_SET_ASIDE);
    if (!rows[0]?.is_set_aside) return;
    events += (await client.query(PUT_BACK)).rowCount ?? 0;
    await client.query('drop schema restored cascade');
  });
  rmSync(markerIn(data));
  console.log(`The services publish ${events} events of the restored backup again.`);
}

/** Runs work in a transaction in the database of each service. */
async function forEachDatabase(adminUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  for (const name of servicesWithDatabase) {
    const url = new URL(adminUrl);
    url.pathname = `/${databaseName(name)}`;
    const client = new pg.Client({ connectionString: url.href });
    try {
      await client.connect();
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      if (!NOT_STARTED.includes(codeOf(error) ?? '')) throw error;
    } finally {
      await client.end();
    }
  }
}
