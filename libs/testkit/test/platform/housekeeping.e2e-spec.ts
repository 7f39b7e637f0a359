import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningProcess } from '@skep/platform';
import { type ServiceHarness, startService, waitUntil } from '../../src/index.js';
import { startEcho } from './echo/main.js';

/** More than two batches. */
const EXPIRED = 2_500;
let harness: ServiceHarness;

beforeAll(async () => {
  harness = await startService('echo', startEcho);
});
afterAll(() => harness?.close());

const addOutboxRows = (rows: number, age: string, sent: boolean) =>
  harness.query(
    `insert into outbox (id, subject, ctx, payload, created_at, sent_at)
     select uuidv7(- $2::interval), 'event.echo.old', '{}', '{}', now() - $2::interval, case when $3 then now() end from generate_series(1, $1::int)`,
    [rows, age, sent],
  );
const count = async (table: string, where = 'true') =>
  Number((await harness.query(`select count(*) as n from ${table} where ${where}`))[0]?.['n']);
const removedBy = async ({ managementPort }: RunningProcess, table: string) => {
  const metrics = await (await fetch(`http://127.0.0.1:${managementPort}/metrics`)).text();
  return Number(new RegExp(`^skep_removed_rows_total{.*table="${table}".*} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
};

it('expired rows are removed completely by one of two instances, and rows in use stay', async () => {
  await harness.stop();
  await addOutboxRows(EXPIRED, '8 days', true);
  await addOutboxRows(3, '6 days', true);
  // Nothing takes this subject, so these are never sent.
  await harness.query(
    `insert into outbox (id, subject, ctx, payload) select uuidv7(interval '-30 days'), 'nowhere', '{}', '{}' from generate_series(1, 5)`,
  );
  await harness.query(
    `insert into inbox select 'old', gen_random_uuid(), now() - interval '16 days' from generate_series(1, ${EXPIRED}) union all
     select 'young', gen_random_uuid(), now() - interval '14 days' from generate_series(1, 3)`,
  );
  await harness.query(`
    insert into idempotency (key, user_id, input_hash, created_at, owner, lease_until) values
      ('finished', 'u', 'h', now() - interval '25 hours', null, null),
      ('dead', 'u', 'h', now() - interval '25 hours', gen_random_uuid(), now() - interval '1 hour'),
      ('leased', 'u', 'h', now() - interval '25 hours', gen_random_uuid(), now() + interval '1 hour'),
      ('young', 'u', 'h', now() - interval '23 hours', null, null)`);
  const instances = await Promise.all([harness.startCopy(), harness.startCopy()]);
  const left = async () => [await count('outbox', 'sent_at is not null'), await count('inbox'), await count('idempotency')];
  await waitUntil('no expired rows', async () => (await left()).join() === '3,3,2', 20_000);
  expect(await count('outbox', `sent_at is null`)).toBe(5);
  expect((await harness.query('select key from idempotency order by key')).map(({ key }) => key)).toEqual(['leased', 'young']);
  for (const [table, rows] of [
    ['outbox', EXPIRED],
    ['inbox', EXPIRED],
    ['idempotency', 2],
  ] as const) {
    const removed = await Promise.all(instances.map((instance) => removedBy(instance, table)));
    expect({ table, removed: removed.reduce((sum, n) => sum + n) }).toEqual({ table, removed: rows });
  }
});
