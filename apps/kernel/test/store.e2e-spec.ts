import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let kind = 0;
const step = (op: string, args: object) => [{ id: 's', op, args: { kind: '{{event.kind}}', ...args } }];

beforeAll(async () => {
  harness = await startKernel();
  const functions = [
    fn('create', step('store.create', { data: '{{event.data}}' })),
    fn('get', step('store.get', { id: '{{event.id}}' })),
    fn('list', step('store.list', { where: '{{event.where}}', ids: '{{event.ids}}', limit: '{{event.limit}}' })),
    fn('update', step('store.update', { id: '{{event.id}}', set: '{{event.set}}' })),
    fn('update_where', step('store.update', { where: '{{event.where}}', set: '{{event.set}}' })),
    fn('remove', step('store.delete', { id: '{{event.id}}' })),
    fn('remove_where', step('store.delete', { where: '{{event.where}}' })),
  ];
  await harness.publishApp('shelf', functions);
  await harness.publishApp('other-shelf', functions);
});
beforeEach(() => {
  kind++;
});
afterAll(() => harness?.close());

const result = (name: string, params: object = {}, ctx?: Ctx, app_id = 'shelf') =>
  harness.run(app_id, name, { kind: `k${kind}`, ...params }, ctx);
async function prev<T>(name: string, params: object = {}, ctx?: Ctx, app_id?: string): Promise<T> {
  const { data, error } = await result(name, params, ctx, app_id);
  if (error !== null) throw new Error(error);
  return (data as { prev: T }).prev;
}
const create = async (data: object, ctx?: Ctx, app_id?: string) => (await prev<{ id: string }>('create', { data }, ctx, app_id)).id;
type Found = { docs: { id: string; data: object }[]; ids: string[]; count: number };

it('returns a stored document with its times', async () => {
  const id = await create({ a: 1, b: { c: [true, null, 'ü'] } });
  const { doc } = await prev<{ doc: Record<string, unknown> }>('get', { id });
  expect(doc).toMatchObject({ id, collection: `k${kind}`, data: { a: 1, b: { c: [true, null, 'ü'] } } });
  expect(doc['created_at']).toMatch(/Z$/);
  expect(await prev('get', { id: 'doc_unknown' })).toEqual({ doc: null });
});

it('lists newest first, 100 by default', async () => {
  const ids = [];
  for (let i = 0; i < 103; i++) ids.push(await create({ i }));
  const all = await prev<Found>('list', { limit: 200 });
  expect(all.ids).toEqual(ids.toReversed());
  expect(await prev<Found>('list')).toMatchObject({ count: 100, ids: all.ids.slice(0, 100) });
  expect(await prev<Found>('list', { limit: 2 })).toMatchObject({ ids: all.ids.slice(0, 2) });
});

it('looks through the newest 100,000 documents for a where, and says so when that was not enough', async () => {
  const first = await create({ n: 0, even: true });
  await harness.query(
    `insert into document (id, tenant_id, user_id, app_id, collection, data, bytes)
     select id || lpad(n::text, 6, '0'), tenant_id, user_id, app_id, collection, jsonb_build_object('n', n, 'even', n % 2 = 0), bytes
       from document cross join generate_series(1, 100000) n where id = $1`,
    [first],
  );
  expect(await prev<Found>('list', { where: { even: true }, limit: 5 })).toMatchObject({ count: 5 });
  const beyond = "'where' looked through the newest 100000";
  expect((await result('list', { where: { n: 7 }, limit: 1 })).error).toBeNull();
  expect((await result('list', { where: { n: 7 }, limit: 2 })).error).toContain(beyond);
  expect((await result('list', { where: { n: 0 } })).error).toContain(beyond);
  expect(await prev('update_where', { where: { n: 0 }, set: { n: -1 } })).toMatchObject({ ids: [first] });
});

it('finds by equal top-level fields of any type, and only by equal ones', async () => {
  const red = await create({ colour: 'red', tags: ['a'], size: { w: 1 }, n: 1, on: null });
  await create({ colour: 'blue', tags: ['a', 'b'], size: { w: 1, h: 2 }, n: '1' });
  for (const where of [{ colour: 'red' }, { tags: ['a'] }, { size: { w: 1 } }, { n: 1 }, { on: null }, { colour: 'red', n: 1 }])
    expect(await prev<Found>('list', { where })).toMatchObject({ ids: [red] });
  for (const where of [{ colour: 'green' }, { colour: 'red', n: 2 }, { missing: null }])
    expect(await prev<Found>('list', { where })).toMatchObject({ count: 0 });
});

it('finds by the operators of the store, and refuses unknown ones', async () => {
  const [, b] = [await create({ n: 1 }), await create({ n: 2, tags: ['x'] })];
  for (const where of [{ n: { $gt: 1 } }, { tags: { $contains: 'x' }, n: 2 }])
    expect(await prev<Found>('list', { where })).toMatchObject({ ids: [b] });
  expect(await result('list', { where: { n: { $near: 1 } } })).toMatchObject({
    error_code: 'VALIDATION_TYPE_ERROR',
    error: expect.stringContaining('where.n.$near is not an operator'),
  });
});

it('shares its documents with the store of the app’s code, whose etag moves with an update by a function', async () => {
  const id = await create({ a: 1 });
  const document = { collection: `k${kind}`, extension_id: 'shelf', tenant_id: 'default', doc_id: id, user_id: '' };
  const { data, etag } = await harness.call(kernel.getDocument, asService('mail'), document);
  expect(data).toEqual({ a: 1 });
  await prev('update', { id, set: { b: 2 } });
  const stale = harness.call(kernel.updateDocument, asService('mail'), { ...document, data: { c: 3 }, if_match: etag });
  expect(await codeOf(stale)).toBe('document_changed');
  await harness.call(kernel.updateDocument, asService('mail'), { ...document, data: { c: 3 } });
  expect(await prev('get', { id })).toMatchObject({ doc: { data: { a: 1, b: 2, c: 3 } } });
});

it('finds the existing documents by ids', async () => {
  const [a, , c] = [await create({ i: 1 }), await create({ i: 2 }), await create({ i: 3 })];
  expect(await prev<Found>('list', { ids: [a, c, 'doc_unknown'] })).toMatchObject({ ids: [c, a] });
});

it('merges an update into one document, or into all matching ones', async () => {
  const [a, b] = [await create({ i: 1, s: 'old' }), await create({ i: 2, s: 'old' })];
  expect(await prev('update', { id: a, set: { s: 'new', more: true } })).toEqual({ ids: [a], count: 1 });
  expect(await prev('get', { id: a })).toMatchObject({ doc: { data: { i: 1, s: 'new', more: true } } });
  expect(await prev('update_where', { where: { s: 'old' }, set: { s: 'older' } })).toEqual({ ids: [b], count: 1 });
  expect(await prev('update', { id: 'doc_unknown', set: {} })).toEqual({ ids: [], count: 0 });
});

it('loses no concurrent update', async () => {
  const id = await create({});
  await Promise.all([...Array(12).keys()].map((i) => prev('update', { id, set: { [`f${i}`]: i } })));
  const { doc } = await prev<{ doc: { data: object } }>('get', { id });
  expect(Object.keys(doc.data)).toHaveLength(12);
});

it('hides a deleted document, and keeps its row', async () => {
  const [a, b] = [await create({ s: 1 }), await create({ s: 1 })];
  expect(await prev('remove', { id: a })).toEqual({ count: 1 });
  expect(await prev('remove', { id: a })).toEqual({ count: 0 });
  expect(await prev('get', { id: a })).toEqual({ doc: null });
  expect(await prev('update', { id: a, set: { s: 2 } })).toMatchObject({ count: 0 });
  expect(await prev<Found>('list')).toMatchObject({ ids: [b] });
  expect(await prev('remove_where', { where: { s: 1 } })).toEqual({ count: 1 });
  const rows = await harness.query('select deleted_at from document where id = any($1)', [[a, b]]);
  expect(rows.every(({ deleted_at }) => deleted_at instanceof Date)).toBe(true);
});

it('refuses a document over 1 MiB, new or grown', async () => {
  const half = 'x'.repeat(600_000);
  const id = await create({ half });
  const grown = await result('update', { id, set: { other: half } });
  expect(grown).toMatchObject({ status: 'error', error_code: 'VALIDATION_TYPE_ERROR' });
  expect(grown.error).toContain('1 MiB');
  expect(await prev('update', { id, set: { half: 'small' } })).toMatchObject({ count: 1 });
  // 4,000 numbers of 301 digits: Postgres writes them out.
  const numbers = Array<number>(4_000).fill(1e300);
  for (const refused of [await result('create', { data: { numbers } }), await result('update', { id, set: { numbers } })])
    expect(refused).toMatchObject({ error_code: 'VALIDATION_TYPE_ERROR', error: expect.stringContaining('1 MiB') });
});

it('lists at most 1 MiB', async () => {
  for (const half of ['x', 'y']) await create({ half: half.repeat(600_000) });
  expect(await result('list')).toMatchObject({ error_code: 'EXT_UNSTRUCTURED_ERROR', error: expect.stringContaining('larger than 1 MiB') });
  // The list fits into 1 MiB, but the result is larger than 256 KiB.
  expect(await result('list', { limit: 1 })).toMatchObject({ error: expect.stringContaining('256 KiB') });
});

it('shows no documents of another user, tenant or app', async () => {
  const approved = { app_id: 'shelf', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Shelf' };
  const listed = {
    short_description: '',
    category: '',
    icon: '',
    pricing_model: 'free',
    pricing_config: null,
    tags: [],
    system: false,
    functions: [],
    permissions: [],
  };
  await harness.publish(portal.appApproved, { ...approved, ...listed, approved_at: new Date() });
  const elsewhere = ada({ tenant: 'imp_t_other' });
  for (const ctx of [bob(), elsewhere]) {
    await waitUntil('the install', () => harness.call(registry.installApp, ctx, { app_id: 'shelf', revision: 1 }));
    await waitUntil('the approval', () => result('list', {}, ctx));
  }
  const id = await create({ mine: true });
  const strangers = [
    [bob(), 'shelf'],
    [elsewhere, 'shelf'],
    [ada(), 'other-shelf'],
  ] as const;
  for (const [ctx, app] of strangers) {
    expect(await prev('get', { id }, ctx, app)).toEqual({ doc: null });
    expect(await prev<Found>('list', {}, ctx, app)).toMatchObject({ count: 0 });
    expect(await prev<Found>('list', { ids: [id] }, ctx, app)).toMatchObject({ count: 0 });
    expect(await prev('update', { id, set: { mine: false } }, ctx, app)).toMatchObject({ count: 0 });
    expect(await prev('update_where', { where: { mine: true }, set: { mine: false } }, ctx, app)).toMatchObject({ count: 0 });
    expect(await prev('remove', { id }, ctx, app)).toEqual({ count: 0 });
    expect(await prev('remove_where', { where: { mine: true } }, ctx, app)).toEqual({ count: 0 });
  }
  expect(await prev('get', { id })).toMatchObject({ doc: { data: { mine: true } } });
});
