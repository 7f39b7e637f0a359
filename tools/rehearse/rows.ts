import type { Client } from 'pg';
import { connected } from '../bench/database.ts';
import type { DatabaseUrls } from '../start/databases.ts';

/** The number that a query of one row returns, over all tenants. */
export function countRows({ ownerUrl }: DatabaseUrls[string], sql: string): Promise<number> {
  const read = async (client: Client) => Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
  return connected(ownerUrl, read, '-c skep.tenant=*');
}

/** Events that are not in the stream yet. */
export async function countUnsent(databases: DatabaseUrls): Promise<number> {
  const count = (urls: DatabaseUrls[string]) => countRows(urls, 'select count(*) from outbox where sent_at is null');
  const counts = await Promise.all(Object.values(databases).map(count));
  return counts.reduce((sum, number) => sum + number, 0);
}
