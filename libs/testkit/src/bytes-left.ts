import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from './skep.js';
import { waitUntil } from './wait-until.js';

/** Runs a query in a service's database, as a role that may read all rows. */
type Query = (service: string, sql: string) => Promise<Record<string, unknown>[]>;

const SETTLE_MS = 20_000;
const POLL_MS = 500;

/**
 * The bytes that work leaves in the databases, by `service.table`: without indexes and dead rows, and without tables that do not grow.
 * It waits until every event was sent and consumed, before and after.
 */
export async function bytesLeft(query: Query, work: () => Promise<unknown>): Promise<[table: string, bytes: number][]> {
  await settle(query);
  const before = await measure(query);
  await work();
  await settle(query);
  const after = await measure(query);
  return [...after].map(([table, bytes]): [string, number] => [table, bytes - (before.get(table) ?? 0)]).filter(([, bytes]) => bytes > 0);
}

/** The bytes of all rows, by table. */
async function measure(query: Query): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const service of SERVICES) {
    const tables = await query(
      service,
      `select relname as name, (xpath('//bytes/text()', query_to_xml(
                format('select coalesce(sum(pg_column_size(t.*)), 0) as bytes from %s t', oid::regclass), false, false, '')))[1]::text::bigint as bytes
         from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    for (const { name, bytes } of tables) sizes.set(`${service}.${String(name)}`, Number(bytes));
  }
  return sizes;
}

/** Waits until every event was sent and consumed. */
async function settle(query: Query): Promise<void> {
  let before = '';
  await waitUntil(
    'all events',
    async () => {
      const unsent = await Promise.all(SERVICES.map((service) => query(service, 'select from outbox where sent_at is null')));
      const inboxes = await Promise.all(SERVICES.map((service) => query(service, 'select count(*) from inbox')));
      const now = JSON.stringify(inboxes);
      const settled = unsent.every((rows) => rows.length === 0) && now === before;
      before = now;
      if (!settled) await sleep(POLL_MS);
      return settled;
    },
    SETTLE_MS,
  );
}
