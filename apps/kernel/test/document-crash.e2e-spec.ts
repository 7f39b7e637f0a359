import { kernel } from '@skep/contracts/kernel';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;
beforeAll(async () => {
  harness = await startKernelProcesses();
});
afterAll(() => harness?.close());

const ref = { extension_id: 'shelf', tenant_id: 'default', collection: 'note' };
/** Statements that hold a lock until the test ends them. */
const HOLD_STORAGE = `select lock_storage('default', 'ada'), pg_sleep(600)`;
const HOLD_KEY = `select pg_sleep(600) from (select from idempotency for update) as locked`;
const HOLDERS = `from pg_stat_activity where wait_event = 'PgSleep' and query = $1`;
const LOCKED = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** Holds a lock. Returns a function that ends it. */
async function hold(statement: string): Promise<() => Promise<void>> {
  const held = harness.query(statement).catch(() => undefined);
  await waitUntil('the lock', async () => (await harness.query(`select 1 ${HOLDERS}`, [statement])).length);
  return async () => {
    await harness.query(`select pg_cancel_backend(pid) ${HOLDERS}`, [statement]);
    await held;
  };
}

it('a kernel that is killed between a create and its stored answer has stored both or neither', async () => {
  const first = await harness.infra.startApp('kernel');
  const create = () =>
    harness.call(kernel.createDocument, asService('mail', { idempotencyKey: 'once', deadline: Date.now() + 15_000 }), {
      ...{ ...ref, user_id: 'ada', data: { n: 1 } },
    });
  await create();
  await harness.query(`delete from idempotency`);
  // The create waits for its user's storage, and then its answer for the row of the key.
  const releaseStorage = await hold(HOLD_STORAGE);
  const created = create().catch(() => undefined);
  await waitUntil('the claim', async () => (await harness.query('select 1 from idempotency')).length);
  await waitUntil('the create', async () => (await harness.query(LOCKED)).length);
  const releaseKey = await hold(HOLD_KEY);
  await releaseStorage();
  await waitUntil('the answer', async () => (await harness.query(LOCKED)).length);
  await first.kill('SIGKILL');
  await releaseKey();
  const second = await harness.infra.startApp('kernel');
  const { id } = await create();
  const [before, ...documents] = await harness.query('select id from document order by id');
  expect(documents).toEqual([{ id }]);
  expect(
    await harness.query(`select app_id, bytes::int / (select min(bytes) from document) as documents from storage_usage order by app_id`),
  ).toEqual([
    { app_id: '', documents: 2 },
    { app_id: 'shelf', documents: 2 },
  ]);
  expect(before).toBeDefined();
  await created;
  await second.kill('SIGTERM');
});
