import type { ServiceHarness } from '@skep/testkit';
import pg from 'pg';

/** Locks rows in another transaction. Returns a function that releases them; closing the harness releases them too. */
export async function lock(harness: ServiceHarness, sql: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: harness.env['DATABASE_OWNER_URL'] });
  client.on('error', () => undefined); // the harness that closes drops the database under it
  await client.connect();
  await client.query('begin');
  await client.query(sql);
  return () => client.end();
}
