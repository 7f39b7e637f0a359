import { type Operation } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { type CreateDocument, kernel, type QueryDocuments, type StoredDocument } from '@skep/contracts/kernel';
import { asService, codeOf, codesOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let count = 0;
let collection = '';
beforeAll(async () => {
  harness = await startService('kernel', start);
});
beforeEach(() => {
  collection = `c${count++}`;
});
afterAll(() => harness?.close());

const scope = { extension_id: 'shelf', tenant_id: 'default' };
const ask = <I extends object, O>(operation: Operation<I, O>, input: object, tenant = '') =>
  harness.call(operation, { ...asService('mail'), tenant }, { ...scope, collection, ...input } as unknown as I);
const create = (data: object, more: Partial<CreateDocument> = {}) => ask(kernel.createDocument, { user_id: 'ada', data, ...more });
const update = (doc_id: string, data: object, more: object = {}) => ask(kernel.updateDocument, { doc_id, data, ...more });
const find = (more: Partial<QueryDocuments> = {}) => ask(kernel.queryDocuments, { user_id: 'ada', ...more });
const dataOf = async (more: Partial<QueryDocuments>) => (await find(more)).data.map(({ data }) => data['n']);
const idsOf = (documents: readonly StoredDocument[]) => documents.map(({ id }) => id);

it('a created document can be read, with whose it is, its times and its etag', async () => {
  const created = await create({ n: 1, deep: { list: [1, 'zwei', null] } });
  expect(created).toMatchObject({ ...scope, collection, user_id: 'ada', data: { n: 1, deep: { list: [1, 'zwei', null] } } });
  expect(created.id).toMatch(/^doc_[0-9a-f]{32}$/);
  expect(await ask(kernel.getDocument, { doc_id: created.id })).toEqual(created);
  expect(await ask(kernel.getDocument, { doc_id: created.id, user_id: 'ada' })).toEqual(created);
});

it('a change merges top-level fields, and moves the etag even if it changes nothing', async () => {
  const { id, etag, created_at } = await create({ a: 1, deep: { x: 1 } });
  const changed = await update(id, { b: 2, deep: { y: 2 } });
  expect(changed).toMatchObject({ id, data: { a: 1, b: 2, deep: { y: 2 } }, created_at });
  const same = await update(id, {});
  expect(new Set([etag, changed.etag, same.etag]).size).toBe(3);
});

it('of changes at once with one etag exactly one is made; the others learn the current etag', async () => {
  const { id, etag } = await create({ n: 0 });
  const tried = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => update(id, { n }, { if_match: etag })));
  const made = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  expect([made.length, refused.length]).toEqual([1, 4]);
  for (const reason of refused)
    expect(reason).toMatchObject({ body: { status: 409, code: 'document_changed', detail: { current_etag: made[0]!.etag } } });
  expect(await ask(kernel.getDocument, { doc_id: id })).toEqual(made[0]);
  expect(await update(id, { n: 9 }, { if_match: made[0]!.etag })).toMatchObject({ data: { n: 9 } });
});

const WHERES: [object, number[]][] = [
  [{}, [1, 2, 3, 4, 5]],
  [{ kind: 'odd' }, [1, 3, 5]],
  [{ kind: 'odd', n: 3 }, [3]],
  [{ n: { $eq: 4 } }, [4]],
  [{ n: { $in: [1, 2, 9] } }, [1, 2]],
  [{ n: { $in: [] } }, []],
  [{ n: { $gt: 3 } }, [4, 5]],
  [{ n: { $gte: 3, $lt: 5 } }, [3, 4]],
  [{ n: { $lte: 2 } }, [1, 2]],
  [{ n: { $gt: '3' } }, []],
  [{ title: { $gt: 'number 3' } }, [3, 4, 5]],
  [{ n: { $ne: 1 } }, [2, 3, 4, 5]],
  [{ last: { $ne: true } }, [1, 2, 3, 4]],
  [{ last: { $exists: true } }, [5]],
  [{ last: { $exists: false } }, [1, 2, 3, 4]],
  [{ title: { $contains: '2 of' } }, [2]],
  [{ title: { $contains: 2 } }, []],
  [{ tags: { $contains: 4 } }, [3, 4]],
  [{ tags: [3, 4] }, [3]],
  [{ size: { w: 1 } }, [1]],
  [{ size: {} }, []],
  [{ nothing: null }, [2]],
  [{ nothing: { $in: [null] } }, [2]],
  [{ "x'; drop table document; --": 1 }, []],
];

it('finds and counts documents by conditions', async () => {
  for (const n of [1, 2, 3, 4, 5])
    await create({
      n,
      kind: n % 2 ? 'odd' : 'even',
      title: `number ${n} of five`,
      tags: [n, n + 1],
      size: { w: n },
      a: 1,
      b: 2,
      ...(n === 2 && { nothing: null }),
      ...(n === 5 && { last: true }),
    });
  await create({ n: 1, kind: 'odd' }, { user_id: 'bob' });
  // The third and later conditions of a query are another part of the statement.
  for (const [where, expected] of WHERES.flatMap(([where, expected]) => [
    [where, expected] as const,
    [{ a: 1, b: 2, ...where }, expected] as const,
  ])) {
    const counted = await ask(kernel.countDocuments, { user_id: 'ada', where });
    expect([where, await dataOf({ where: where as never, order_by: 'n' }), counted.count]).toEqual([where, expected, expected.length]);
  }
});

it.each([
  [{ $or: [] }, ['where', '$or']],
  [{ n: { $regex: 'x' } }, ['where', 'n', '$regex']],
  [{ n: { $gt: 1, lt: 2 } }, ['where', 'n', 'lt']],
  [{ n: { $gt: null } }, ['where', 'n', '$gt']],
  [{ n: { $in: 1 } }, ['where', 'n', '$in']],
  [{ n: { $exists: 1 } }, ['where', 'n', '$exists']],
  [Object.fromEntries([...Array(51).keys()].map((n) => [`f${n}`, n])), ['where']],
])('refuses the conditions %j', async (where, loc) => {
  for (const operation of [kernel.queryDocuments, kernel.countDocuments])
    await expect(ask(operation as Operation, { user_id: 'ada', where })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc, msg: expect.any(String) }] },
    });
});

it('orders by a field of any type, or by a time, in both directions', async () => {
  for (const n of [2, 'b', null, true, 10, 'a', 'x'.repeat(300)]) await create({ n });
  const texts = ['a', 'b', 'x'.repeat(300)];
  const [first, ...rest] = await dataOf({ order_by: 'n' });
  expect([first, ...rest]).toEqual([null, ...texts, 2, 10, true]);
  expect(await dataOf({ order_by: '-n' })).toEqual([first, ...rest].toReversed());
  const newest = idsOf((await find()).data);
  expect(idsOf((await find({ order_by: '-created_at' })).data)).toEqual(newest);
  await update(newest.at(-1)!, { changed: true });
  expect(idsOf((await find({ order_by: '-updated_at', limit: 1 })).data)).toEqual(newest.slice(-1));
  await expect(find({ order_by: '-' })).rejects.toMatchObject({ body: { detail: [{ loc: ['order_by'] }] } });
});

it.each(['n', '-n', 'word', '-created_at', undefined])('cursors go through everything once in the order %s', async (order_by) => {
  for (let n = 0; n < 9; n++) await create({ n, word: n % 2 ? 'odd' : undefined });
  const all = idsOf((await find({ ...(order_by && { order_by }) })).data);
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await find({ ...(order_by && { order_by }), limit: 2, ...(cursor && { cursor }) });
    seen.push(...idsOf(page.data));
    expect(page.total).toBe(cursor ? null : 9);
    expect(page.has_more).toBe(page.cursor !== null);
    cursor = page.cursor;
  } while (cursor);
  expect([seen.length, seen]).toEqual([9, all]);
});

it('refuses a cursor that it did not make', async () => {
  const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const [order_by, cursor] of [
    ['n', 'x'],
    ['n', cursorOf('newest', 'doc_1')],
    ['n', cursorOf('field', '{', 'doc_1')],
    ['created_at', cursorOf('created_at', 'never', 'doc_1')],
  ] as const)
    await expect(find({ order_by, cursor })).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: ['cursor'] }] } });
});

it('a page with large documents is shorter, and the cursor leads to the rest', async () => {
  const ids = [];
  for (let n = 0; n < 5; n++) ids.unshift((await create({ n, text: 'x'.repeat(n === 2 ? 10 : 900_000) })).id);
  const first = await find();
  expect([idsOf(first.data), first.has_more]).toEqual([ids.slice(0, 3), true]);
  expect(first.data[0]!.data).toEqual({ n: 4, text: 'x'.repeat(900_000) });
  expect(idsOf((await find({ cursor: first.cursor! })).data)).toEqual(ids.slice(3));
});

it('lists the documents of all users, and who they are, page by page', async () => {
  const expected = [];
  for (const user_id of ['ada', 'bob', 'cy']) for (const n of [1, 2]) expected.push((await create({ n }, { user_id })).id);
  await create({ n: 3 }, { extension_id: 'other' });
  await create({ n: 3 }, { tenant_id: 'second' });
  const page = await ask(kernel.listAllDocuments, { limit: 4 });
  expect(page.rows.map(({ id }) => id)).toEqual(expected.slice(0, 4));
  expect(page.rows.map(({ user_id }) => user_id)).toEqual(['ada', 'ada', 'bob', 'bob']);
  expect((await ask(kernel.listAllDocuments, {})).rows.map(({ id }) => id)).toEqual(expected);

  const users = async (cursor?: string) => ask(kernel.listDocumentUsers, { limit: 2, ...(cursor && { cursor }) });
  expect(await users()).toEqual({ user_ids: ['ada', 'bob'], next_cursor: 'bob', truncated: false });
  expect(await users('0')).toEqual(await users());
  expect(await users('bob')).toEqual({ user_ids: ['cy'], next_cursor: null, truncated: false });
});

it('a deleted document is gone everywhere', async () => {
  const { id } = await create({ n: 1 });
  expect(await ask(kernel.deleteDocument, { doc_id: id })).toEqual({ id, status: 'deleted' });
  for (const code of await codesOf([ask(kernel.getDocument, { doc_id: id }), update(id, {}), ask(kernel.deleteDocument, { doc_id: id })]))
    expect(code).toBe('document_not_found');
  expect((await find()).data).toEqual([]);
  expect(await ask(kernel.countDocuments, { user_id: 'ada' })).toEqual({ count: 0 });
  expect((await ask(kernel.listAllDocuments, {})).rows).toEqual([]);
  expect((await ask(kernel.listDocumentUsers, {})).user_ids).toEqual([]);
});

it('another user, app or tenant neither finds, changes nor deletes a document', async () => {
  const { id } = await create({ n: 1 });
  for (const other of [{ user_id: 'bob' }, { extension_id: 'other' }, { tenant_id: 'second' }, { collection: 'another' }]) {
    expect((await find(other)).data).toEqual([]);
    const refused = await codesOf([
      ask(kernel.getDocument, { doc_id: id, ...other }),
      update(id, { n: 2 }, other),
      ask(kernel.deleteDocument, { doc_id: id, ...other }),
    ]);
    expect([other, new Set(refused)]).toEqual([other, new Set(['document_not_found'])]);
  }
  // An app acts in the tenant of its token, whatever the input names.
  expect(await codeOf(ask(kernel.getDocument, { doc_id: id }, 'second'))).toBe('document_not_found');
  expect((await ask(kernel.createDocument, { user_id: 'ada', data: {} }, 'second')).tenant_id).toBe('second');
  expect((await ask(kernel.getDocument, { doc_id: id })).data).toEqual({ n: 1 });
});

it('refuses a document over 1 MiB, new or grown, and one beyond the user’s quota', async () => {
  const half = 'x'.repeat(600_000);
  const { id } = await create({ half });
  expect(await codeOf(create({ text: half + half }))).toBe('document_too_large');
  expect(await codeOf(update(id, { other: half }))).toBe('document_too_large');
  await harness.query(`update storage_usage set bytes = 50 * 1024 * 1024 where user_id = 'ada' and app_id = ''`);
  const full = { body: { code: 'storage_quota_exceeded', status: 403, detail: expect.stringContaining('of the 52428800 bytes') } };
  await expect(create({ n: 1 })).rejects.toMatchObject(full);
  await expect(update(id, { more: 'x' })).rejects.toMatchObject(full);
  expect((await update(id, { half: '' })).data).toEqual({ half: '' });
  await ask(kernel.deleteDocument, { doc_id: id });
  await harness.query(`delete from storage_usage where user_id = 'ada'`);
});

it('names missing and invalid fields', async () => {
  await expect(harness.call(kernel.createDocument, asService('mail'), { collection } as never)).rejects.toMatchObject({
    body: { detail: ['user_id', 'data', 'extension_id', 'tenant_id'].map((field) => expect.objectContaining({ loc: [field] })) },
  });
  for (const invalid of [{ limit: 0 }, { limit: 10_001 }, { user_id: '' }]) expect(await codeOf(find(invalid))).toBe('invalid_input');
});

it('erasing a user deletes their documents', async () => {
  await create({ n: 1 }, { user_id: 'erased' });
  await harness.publish(auth.userErased, { tenant_id: 'default', user_id: 'erased' } as never);
  await waitUntil('the erasure', async () => (await find({ user_id: 'erased' })).data.length === 0, 10_000);
});
