import type { Door } from '@skep/testkit';
import pg from 'pg';

/** Locks rows as somebody else's transaction does. Answers what lets go of them; should the test fail before, closing the door does. */
export async function lock(door: Door, sql: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: door.env['DATABASE_OWNER_URL'] });
  client.on('error', () => undefined); // the door that closes drops the database under it
  await client.connect();
  await client.query('begin');
  await client.query(sql);
  return () => client.end();
}
