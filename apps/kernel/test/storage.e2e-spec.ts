import type { Problem } from '@skep/contracts';
import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { type Ctx, Objects } from '@skep/platform';
import { type AppProcess, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let accounts: AppProcess;
let objects: Objects;
let people = 0;
const LIMIT = 3_000;
const step = (op: string, args: object) => [{ id: 's', op, args: { kind: 'note', ...args } }];

beforeAll(async () => {
  harness = await startKernel({ env: { SKEP_CALLS_AT_ONCE: '1000' } });
  objects = await Objects.open(`file:${join(harness.infra.folder, 'objects')}`);
  accounts = await harness.infra.startApp('billing');
  await harness.infra.query('billing', `update plan set limits = limits || '{"storage_bytes": ${LIMIT}, "actions": -1}' where id = 'free'`);
  const functions = [
    fn('create', step('store.create', { data: '{{event.data}}' })),
    fn('update', step('store.update', { id: '{{event.id}}', set: '{{event.set}}' })),
    fn('update_all', step('store.update', { where: {}, set: '{{event.set}}' })),
    fn('remove', step('store.delete', { id: '{{event.id}}' })),
    fn('remove_all', step('store.delete', { where: {} })),
  ];
  for (const app_id of ['shelf', 'drawer']) {
    await harness.publishApp(app_id, functions);
    await harness.publish(portal.appApproved, {
      ...{ app_id, developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: app_id },
      ...{ short_description: '', category: '', icon: '', tags: [], system: false, functions: [], pricing_model: 'free' },
      ...{ permissions: [], pricing_config: {}, revenue_split: 70, approved_at: new Date() },
    });
  }
  await waitUntil('the approvals', () => newUser().then(() => true), 30_000);
});
afterAll(() => harness?.close());

/** A new user with both apps installed. */
async function newUser(): Promise<Ctx> {
  const ctx = bob({ user: `imp_u_keeper_${people++}` });
  for (const app_id of ['shelf', 'drawer']) await harness.call(registry.installApp, ctx, { app_id });
  await call(ctx, 'remove_all');
  await call(ctx, 'remove_all', {}, 'drawer');
  return ctx;
}
const call = (who: Ctx, name: string, params: object = {}, app = 'shelf') => harness.run(app, name, params, who);
/** A document of that many bytes, as Postgres writes it. */
const note = (bytes: number) => ({ data: { text: 'x'.repeat(bytes - '{"text": ""}'.length) } });
const create = async (who: Ctx, bytes: number, app?: string) => {
  const { data, error } = await call(who, 'create', note(bytes), app);
  if (error) throw new Error(error);
  return (data as { prev: { id: string } }).prev.id;
};
const used = async (who: Ctx) => (await harness.call(kernel.getStorageUsage, who, {})).bytes;
const full = { status: 'error', error_code: 'STORAGE_QUOTA_EXCEEDED', retryable: false };
const live = async (who: Ctx, app_id: string | null = null) => {
  const [row] = await harness.query(
    `select coalesce(sum(bytes), 0)::int as bytes from document where user_id = $1 and deleted_at is null and ($2::text is null or app_id = $2)`,
    [who.user, app_id],
  );
  return row!['bytes'] as number;
};

/** The bytes of documents and files. */
const stored = async (who: Ctx, app_id: string | null = null) => {
  const files = `select coalesce(sum(size), 0)::int as bytes from app_file where user_id = $1 and ($2::text is null or app_id = $2)`;
  const [row] = await harness.query(files, [who.user, app_id]);
  return (await live(who, app_id)) + (row!['bytes'] as number);
};

/** Stores a file of the user as the gateway does, or deletes it. A full storage and a missing file are no faults. */
async function writeFile(who: Ctx, name: string, extension_id: string, path: string, size: number): Promise<void> {
  const ctx = asService(extension_id, { tenant: who.tenant, user: who.user });
  const file = { ...(await objects.write('kernel', Readable.from([Buffer.alloc(size)]), size)), name: path };
  const ref = { extension_id, tenant_id: who.tenant, path };
  const written = name === 'store_file' ? harness.call(kernel.storeFile, ctx, { ...ref, file }) : harness.call(kernel.deleteFile, ctx, ref);
  const code = await (written as Promise<unknown>).then(
    () => undefined,
    ({ body }: Problem) => body.code,
  );
  expect([undefined, 'storage_quota_exceeded', 'file_not_found']).toContain(code);
}

it('a document beyond the quota is refused, with what is used and allowed and what to do', async () => {
  const who = await newUser();
  await create(who, 2_000);
  await create(who, 900, 'drawer');
  const refusal = await call(who, 'create', note(101));
  expect(refusal).toMatchObject(full);
  expect(refusal.error).toContain(`2900 of the ${LIMIT} bytes`);
  expect(refusal.error).toContain('Delete documents');
  expect(refusal.error).toContain('POST /v1/billing/change-plan');
  await create(who, 100);
  expect(await used(who)).toBe(LIMIT);
  expect(await live(who)).toBe(LIMIT);
});

it('a document that would grow beyond the quota stays unchanged, and a deleted one frees its bytes', async () => {
  const who = await newUser();
  const first = await create(who, 1_500);
  const second = await create(who, 1_000);
  expect(await call(who, 'update', { id: second, set: { more: 'y'.repeat(600) } })).toMatchObject(full);
  expect(await call(who, 'update_all', { set: { more: 'y'.repeat(300) } })).toMatchObject(full);
  expect(await used(who)).toBe(2_500);
  expect(await live(who)).toBe(2_500);
  await call(who, 'remove', { id: first });
  expect(await used(who)).toBe(1_000);
  expect(await call(who, 'update', { id: second, set: { more: 'y'.repeat(600) } })).toMatchObject({ status: 'success' });
  expect(await used(who)).toBe(await live(who));
});

it('a user beyond the quota of a smaller plan can still read, shrink and delete', async () => {
  const who = await newUser();
  const id = await create(who, 2_900);
  await harness.query(`update storage_usage set bytes = bytes + 5000 where user_id = $1 and app_id = ''`, [who.user]);
  expect(await call(who, 'create', note(20))).toMatchObject(full);
  expect(await call(who, 'update', { id, set: { text: 'short' } })).toMatchObject({ status: 'success' });
  expect(await call(who, 'remove', { id })).toMatchObject({ status: 'success' });
});

it('a document counts the same bytes when it is created and when an update changes nothing', async () => {
  const who = await newUser();
  const fields = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  const size = { size: 1e21 };
  await Promise.all(fc.sample(fields, 25).map((data) => call(who, 'create', { data: { ...data, ...size } })));
  const created = await used(who);
  expect(created).toBeGreaterThan(0);
  expect(await call(who, 'update_all', { set: size })).toMatchObject({ status: 'success' });
  expect(await used(who)).toBe(created);
  expect(await live(who)).toBe(created);
});

it('exactly as many concurrent writes succeed as fit into the quota', async () => {
  const who = await newUser();
  const results = await Promise.all(Array.from({ length: 24 }, (_, i) => call(who, 'create', note(250), i % 2 ? 'drawer' : 'shelf')));
  expect(results.filter(({ status }) => status === 'success')).toHaveLength(LIMIT / 250);
  expect(await used(who)).toBe(LIMIT);
  expect(await live(who)).toBe(LIMIT);
});

it('a write waits for a concurrent one that takes the last bytes, and is refused', async () => {
  const who = await newUser();
  await create(who, 2_000);
  const taking = `select (reserve_storage('default', $1, 'shelf', 900, ${LIMIT})).fits, pg_sleep(1)::text`;
  const last = harness.query(taking, [who.user]);
  const sleeping = `select 1 as yes from pg_stat_activity where query like '%pg_sleep(1)%' and wait_event = 'PgSleep'`;
  await waitUntil('it', async () => (await harness.query(sleeping)).length, 10_000);
  expect(await call(who, 'create', note(200))).toMatchObject(full);
  expect(await last).toMatchObject([{ fits: true }]);
});

it('the counters are the sum of the documents and files after any writes, some of them concurrent', async () => {
  const app = fc.constantFrom('shelf', 'drawer');
  const size = fc.integer({ min: 20, max: 900 });
  const write = fc.oneof(
    fc.record({ name: fc.constant('create'), app, size }),
    fc.record({ name: fc.constantFrom('update', 'update_all', 'remove'), app, size, nth: fc.nat(9) }),
    fc.record({ name: fc.constant('remove_all'), app, size }),
    fc.record({ name: fc.constantFrom('store_file', 'delete_file'), app, size, nth: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(write, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 8 }), async (rounds) => {
      const who = await newUser();
      const ids: string[] = ['doc_unknown'];
      for (const round of rounds)
        await Promise.all(
          round.map(async ({ name, app, size, ...more }) => {
            if (name.endsWith('_file')) return writeFile(who, name, app, `${'nth' in more && more.nth}`, size);
            const id = ids['nth' in more ? more.nth % ids.length : 0];
            const { data, status } = await call(who, name, { id, set: { text: 'y'.repeat(size) }, ...note(size) }, app);
            if (status === 'success' && name === 'create') ids.push((data as { prev: { id: string } }).prev.id);
          }),
        );
      const counters = await harness.query('select app_id, bytes::int from storage_usage where user_id = $1', [who.user]);
      // A user who has never stored a document has no counters.
      const counted = (app_id: string) => (counters.find((counter) => counter['app_id'] === app_id)?.['bytes'] ?? 0) as number;
      expect([counted(''), counted('shelf'), counted('drawer')]).toEqual([
        await stored(who),
        await stored(who, 'shelf'),
        await stored(who, 'drawer'),
      ]);
      expect(counted('')).toBeLessThanOrEqual(LIMIT);
    }),
    { numRuns: 12 },
  );
});

it('a call repeated with its Idempotency-Key counts once, and a smoke run counts nothing', async () => {
  const who = await newUser();
  const key = { ...who, idempotencyKey: 'once' };
  await call(key, 'create', note(100));
  await call(key, 'create', note(100));
  expect(await used(who)).toBe(100);
  const steps = step('store.create', { data: { text: 'x'.repeat(10_000) } });
  const ir_dict = { ir_version: '1.0', app: { id: 'shelf', version: '1.0.0', title: 'T', functions: [fn('run', steps)] } };
  expect(await harness.call(kernel.smokeIr, who, { ir_dict, function: 'run', args: {} })).toMatchObject({ ok: true });
  expect(await harness.query(`select from storage_usage where tenant_id <> 'default'`)).toEqual([]);
});

it('the usage of the plan shows the used and the allowed bytes', async () => {
  const who = await newUser();
  await create(who, 123);
  expect(await harness.call(billing.getUsage, who, {})).toMatchObject({
    usage: { storage_bytes: 123 },
    limits: { storage_bytes: LIMIT },
    exceeded: [],
  });
});

it('another plan takes effect at once, and while billing is down every user has the quota of the free plan', async () => {
  const who = await newUser();
  await create(who, 2_999);
  expect(await call(who, 'create', note(20))).toMatchObject(full);
  await harness.infra.query('billing', `update plan set limits = limits || '{"storage_bytes": -1}' where id = 'free'`);
  const changed = { tenant_id: 'default', user_id: who.user, plan: 'free', status: 'expired', expires_at: null };
  await harness.publish(billing.subscriptionChanged, { ...changed, move: 'expired' });
  await waitUntil('the limit', async () => (await call(who, 'create', note(20))).status === 'success', 10_000);
  await accounts.kill('SIGKILL');
  const unknown = ada();
  expect(await call(unknown, 'create', note(10_000))).toMatchObject({ status: 'success' });
  await harness.query(`update storage_usage set bytes = 50 * 1024 * 1024 where user_id = $1 and app_id = ''`, [unknown.user]);
  expect(await call(unknown, 'create', note(20))).toMatchObject(full);
});

it('a deleted document is removed after a week, and no other', async () => {
  const id = (n: number) => `doc_removed_${n}`;
  await harness.query(`
    insert into document (id, tenant_id, user_id, app_id, collection, data, bytes, deleted_at) values
      ('${id(1)}', 'default', 'imp_u_ada', 'notes', 'note', '{}', 2, now() - interval '8 days'),
      ('${id(2)}', 'default', 'imp_u_ada', 'notes', 'note', '{}', 2, now() - interval '6 days'),
      ('${id(3)}', 'default', 'imp_u_ada', 'notes', 'note', '{}', 2, null)`);
  const another = await harness.startCopy();
  const ids = async () =>
    (await harness.query(`select id from document where id like 'doc_removed_%' order by id`)).map((row) => row['id']);
  await waitUntil('the removal', async () => !(await ids()).includes(id(1)));
  await another.stop();
  expect(await ids()).toEqual([id(2), id(3)]);
});
