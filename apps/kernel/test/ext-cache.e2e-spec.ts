import { type CacheRef, kernel } from '@skep/contracts/kernel';
import { asService, codeOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { callTokensOf } from './call-token.js';

let harness: ServiceHarness;
let tokens: Awaited<ReturnType<typeof callTokensOf>>;
let token: string;
beforeAll(async () => {
  harness = await startService('kernel', start);
  tokens = await callTokensOf(harness);
  token = await tokens.mint({ tool_type: 'tool' });
});
afterAll(async () => {
  await tokens?.close();
  await harness?.close();
});

const asApp = (tenant = '') => ({ ...asService('mail'), tenant });
const entry = (more: Partial<CacheRef> = {}) => ({
  app_id: 'mail',
  user_id: 'ada',
  model: 'Inbox',
  key: '2c70e12b7a0646f9',
  call_token: token,
  ...more,
});
const envelope = (data: unknown) => ({ model: 'Inbox', version: 1, data, cached_at: '2026-06-21T09:30:00+00:00' });
const get = (more: Partial<CacheRef> = {}, tenant = '') => harness.call(kernel.getCacheEntry, asApp(tenant), entry(more));
const store = (data: unknown, more: Partial<CacheRef> & { ttl_seconds?: number } = {}) =>
  harness.call(kernel.storeCacheEntry, asApp(), { ...entry(), envelope: envelope(data), ttl_seconds: 60, ...more });
const remove = (more: Partial<CacheRef> = {}) => harness.call(kernel.deleteCacheEntry, asApp(), entry(more));

it('keeps an entry as it was stored, replaces and deletes it, all with the token of one call', async () => {
  expect(await codeOf(get())).toBe('cache_entry_not_found');
  expect(await store({ n: 1 })).toMatchObject({ status: 'stored' });
  expect(await get()).toEqual(envelope({ n: 1 }));
  await store([null, 'zwei']);
  expect(await get()).toEqual(envelope([null, 'zwei']));
  for (const attempt of [1, 2]) expect([attempt, await remove()]).toEqual([attempt, { status: 'deleted' }]);
  expect(await codeOf(get())).toBe('cache_entry_not_found');
});

it('an entry expires', async () => {
  const before = Date.now();
  const { expires_at } = await store({ n: 1 }, { ttl_seconds: 5 });
  expect(Math.abs(expires_at.getTime() - before - 5_000)).toBeLessThan(2_000);
  expect(await get()).toEqual(envelope({ n: 1 }));
  await harness.query(`update cache_entry set expires_at = now()`);
  expect(await codeOf(get())).toBe('cache_entry_not_found');
});

it('expired entries are removed after an hour, and no other', async () => {
  for (const key of ['old', 'recent']) await store({ n: 1 }, { key });
  await harness.query(
    `update cache_entry set expires_at = now() - case key when 'old' then interval '2 hours' else interval '30 minutes' end where key in ('old', 'recent')`,
  );
  const another = await harness.startCopy();
  const keys = async () => (await harness.query(`select key from cache_entry where key in ('old', 'recent')`)).map(({ key }) => key);
  await waitUntil('the removal', async () => !(await keys()).includes('old'));
  await another.stop();
  expect(await keys()).toEqual(['recent']);
});

it('an entry has at most 64 KiB and lives for 5 to 300 seconds', async () => {
  const text = (bytes: number) => 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(envelope(''))));
  await store(text(65_536));
  expect(await codeOf(store(text(65_537)))).toBe('cache_entry_too_large');
  for (const ttl_seconds of [4, 301, 60.5])
    await expect(store({}, { ttl_seconds })).rejects.toMatchObject({ body: { detail: [{ loc: ['ttl_seconds'] }] } });
  for (const wrong of [undefined, { model: 'Inbox' }, 'text'])
    expect(await codeOf(harness.call(kernel.storeCacheEntry, asApp(), { ...entry(), envelope: wrong, ttl_seconds: 60 } as never))).toBe(
      'invalid_input',
    );
});

it('another user, app, tenant, model or key has entries of its own', async () => {
  await store({ mine: true });
  const strangers = [
    { user_id: 'bob', call_token: await tokens.mint({ user_id: 'bob' }) },
    { app_id: 'notes', call_token: await tokens.mint({ app_id: 'notes' }) },
    { call_token: await tokens.mint({ tenant_id: 'second' }) },
    { model: 'Outbox' },
    { key: 'another' },
  ];
  for (const other of strangers) {
    expect(await codeOf(get(other))).toBe('cache_entry_not_found');
    await remove(other);
    await store({ mine: false }, other);
  }
  expect(await get()).toEqual(envelope({ mine: true }));
});

it('refuses a missing or forged token, and one of another call, for each operation', async () => {
  for (const operation of [get, (more: Partial<CacheRef>) => store({}, more), remove]) {
    for (const call_token of ['', 'nonsense', `${token.slice(0, -43)}${'A'.repeat(43)}`])
      expect(await codeOf(operation({ call_token }))).toBe('unauthenticated');
    for (const other of [{ user_id: 'bob' }, { app_id: 'notes' }]) expect(await codeOf(operation(other))).toBe('forbidden');
  }
  expect(await codeOf(get({}, 'second'))).toBe('forbidden');
});
