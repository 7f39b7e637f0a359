import { kernel, type SmokeResult } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { ada, bob, fn, irOf, type KernelHarness, startKernel } from './kernel.js';

const CALLS = 6;
/** One of ten connections is reserved, and each user gets at most half of the others. */
const SHARE = 5;
const refused = { body: { code: 'too_many_requests', status: 429 }, retryAfter: 1 };
const save = fn('save', [{ id: 's', op: 'store.create', args: { kind: 'link', data: { url: 'x' } } }]);
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

let harness: KernelHarness;
let otherClient: pg.Client;

beforeAll(async () => {
  harness = await startKernel({
    env: { SKEP_CALLS_AT_ONCE: String(CALLS), SKEP_SMOKE_RUNS_AT_ONCE: '2' },
    beside: ['registry', 'automation'],
  });
  await harness.publishApp('links', [save]);
  otherClient = new pg.Client({ connectionString: harness.env['DATABASE_OWNER_URL']! });
  otherClient.on('error', () => undefined); // the harness that closes drops the database under it
  await otherClient.connect();
});
afterAll(async () => {
  await otherClient?.end();
  await harness?.close();
});

const batch = (app_id: string, count: number, name: string, params: object, who = ada()) =>
  harness.call(kernel.callFunctions, who, {
    ...{ app_id, user_id: who.user, tenant_id: who.tenant },
    calls: times(count, () => ({ function: name, params: params as Record<string, unknown> })),
  });
const smoke = (ir_dict: object, args: object = {}, name = 'save') => ({ ir_dict, function: name, args });

/** Runs `work` while the store is locked and `count` connections wait to write. */
async function whenWritersWait<T>(count: number, work: () => Promise<T>): Promise<T> {
  await waitUntil('writers that wait', async () => {
    const waiting =
      'select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())';
    // Housekeeping, which removes expired documents, may wait for the lock too.
    return Number((await otherClient.query(waiting)).rowCount) >= count;
  });
  return work();
}
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  await otherClient.query('begin; lock table document in exclusive mode');
  try {
    return await work();
  } finally {
    await otherClient.query('rollback');
  }
}

it('calls beyond the concurrent calls of one user are refused; other users are not affected, and the user may call again after one has finished', async () => {
  const begun = await whileLocked(async () => {
    const calls = times(CALLS, () => harness.run('links', 'save'));
    await whenWritersWait(SHARE, async () => {
      await expect(harness.run('links', 'save')).rejects.toMatchObject(refused);
      const others = [bob(), bob({ tenant: 'another' })].map((who) => harness.run('automations', 'list_rules', {}, who));
      expect(await Promise.all(others)).toMatchObject([{ status: 'success' }, { status: 'success' }]);
      expect(await harness.call(kernel.listActions, bob(), {} as never)).toMatchObject({ page: 1 });
    });
    return calls;
  });
  expect(await Promise.all(begun)).toEqual(times(CALLS, () => expect.objectContaining({ status: 'success' })));
  expect(await harness.run('links', 'save')).toMatchObject({ status: 'success' });
});

it('one user’s searches use one connection at a time, and none of those that other work uses', async () => {
  // The retention of actions may wait for the table too.
  const names = `select application_name as name from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database() and query like '%from action where%'`;
  await otherClient.query('begin; lock table action in access exclusive mode');
  const list = (who: Ctx) => harness.call(kernel.listActions, who, { page: 1, per_page: 50, search: 'x' });
  const searches = times(16, () => list(ada()));
  try {
    const waiting = async () => (await harness.query(names)).map(({ name }) => name);
    await waitUntil('a search that waits', async () => (await waiting()).length > 0);
    const others = list(bob());
    await waitUntil('another that waits', async () => (await waiting()).length > 1);
    expect(await waiting()).toEqual(['kernel lists', 'kernel lists']);
    expect(await harness.call(kernel.getStorageUsage, ada(), {})).toEqual({ bytes: expect.any(Number) });
    searches.push(others);
  } finally {
    await otherClient.query('rollback');
  }
  expect(await Promise.all(searches)).toEqual(times(17, () => expect.objectContaining({ page: 1 })));
});

it('the calls of a batch wait for each other instead', async () => {
  expect(await batch('links', 20, 'save', {})).toEqual(times(20, () => expect.objectContaining({ status: 'success' })));
});

it('smoke runs beyond two are refused, and those of a batch wait', async () => {
  const run = () => harness.run('developer', 'smoke_ir', smoke(irOf('links', [save])));
  const begun = await whileLocked(async () => {
    const runs = times(2, run);
    await whenWritersWait(2, () => expect(run()).rejects.toMatchObject(refused));
    return runs;
  });
  expect(await Promise.all(begun)).toMatchObject(times(2, () => ({ status: 'success', data: { ok: true } })));
  const all = await batch('developer', 12, 'smoke_ir', smoke(irOf('links', [save])));
  expect(all).toMatchObject(times(12, () => ({ status: 'success', data: { ok: true } })));
});

it('a smoke run whose schema and data take too many steps answers an error', async () => {
  const params_schema = { properties: { list: { items: { anyOf: times(900, (i) => ({ const: `no ${i}` })).concat([{} as never]) } } } };
  const ir = irOf('links', [fn('save', [], { params_schema })]);
  const { data } = await harness.run('developer', 'smoke_ir', smoke(ir, { list: times(40_000, () => 1) }));
  expect(data as SmokeResult).toMatchObject({
    ok: false,
    result: { error_code: 'VALIDATION_TYPE_ERROR', error: expect.stringContaining('too large for their params_schema') },
  });
});
