import type { ServiceHarness } from '@skep/testkit';
import pg from 'pg';

/** Locks rows as somebody else's transaction does. Answers what lets go of them; should the test fail before, closing the harness does. */
export async function lock(harness: ServiceHarness, sql: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: harness.env['DATABASE_OWNER_URL'] });
  client.on('error', () => undefined); // the harness that closes drops the database under it
  await client.connect();
  await client.query('begin');
  await client.query(sql);
  return () => client.end();
}
