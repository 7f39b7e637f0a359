import { auth } from '@skep/contracts/auth';
import { kernel, type SkeletonOfCall, type SkeletonRef } from '@skep/contracts/kernel';
import { asService, codeOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { callTokensOf } from './call-token.js';

let harness: ServiceHarness;
let tokens: Awaited<ReturnType<typeof callTokensOf>>;
beforeAll(async () => {
  harness = await startService('kernel', start);
  tokens = await callTokensOf(harness);
});
afterAll(async () => {
  await tokens?.close();
  await harness?.close();
});

const key = { user_id: 'ada', section: 'inbox', extension_id: 'mail', tenant_id: 'default' };
const asApp = (tenant = '') => ({ ...asService('mail'), tenant });
const get = (more: Partial<SkeletonRef> = {}, tenant = '') => harness.call(kernel.getSkeleton, asApp(tenant), { ...key, ...more });
const save = (data: object, more: Partial<SkeletonRef> = {}, tenant = '') =>
  harness.call(kernel.saveSkeleton, asApp(tenant), { ...key, ...more, data: data as Record<string, unknown> });
const getOfCall = (call_token: string | undefined, more: Partial<SkeletonOfCall> = {}, tenant = '') =>
  harness.call(kernel.getSkeletonOfCall, asApp(tenant), {
    user_id: 'ada',
    section: 'inbox',
    app_id: 'mail',
    ...more,
    ...(call_token && { call_token }),
  });

it('a saved section can be read, and saving it again replaces it', async () => {
  await save({ unread: 3, old: true });
  const saved = await save({ unread: 4 });
  expect(saved).toEqual({ user_id: 'ada', extension_id: 'mail', section: 'inbox', data: { unread: 4 }, updated_at: expect.any(Date) });
  expect(await get()).toEqual(saved);
});

it('is not found under another name, user, app or tenant', async () => {
  await save({ unread: 1 });
  for (const other of [{ section: 'outbox' }, { user_id: 'bob' }, { extension_id: 'notes' }, { tenant_id: 'second' }])
    expect([other, await codeOf(get(other))]).toEqual([other, 'skeleton_section_not_found']);
  expect(await codeOf(get({}, 'second'))).toBe('skeleton_section_not_found');
  await save({ unread: 2 }, {}, 'second');
  expect((await get()).data).toEqual({ unread: 1 });
});

it('has at most 64 KiB, and names missing fields', async () => {
  const ofBytes = (bytes: number) => ({ x: 'x'.repeat(bytes - '{"x":""}'.length) });
  expect((await save(ofBytes(65_536))).data).toEqual(ofBytes(65_536));
  await expect(save(ofBytes(65_537))).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['data'] }] } });
  await expect(harness.call(kernel.saveSkeleton, asApp(), key as never)).rejects.toMatchObject({ body: { detail: [{ loc: ['data'] }] } });
});

it('is read during a call with its token, once, in the tenant of the token', async () => {
  await save({ unread: 5 });
  await save({ unread: 6 }, { tenant_id: 'second' });
  const token = await tokens.mint();
  expect((await getOfCall(token)).data).toEqual({ unread: 5 });
  expect(await codeOf(getOfCall(token))).toBe('unauthenticated');
  expect((await getOfCall(await tokens.mint({ tenant_id: 'second' }))).data).toEqual({ unread: 6 });
  expect((await getOfCall(await tokens.mint({ tenant_id: 'second' }), {}, 'second')).data).toEqual({ unread: 6 });
  expect(await codeOf(getOfCall(await tokens.mint(), { section: 'outbox' }))).toBe('skeleton_section_not_found');
});

it('is not read with a missing or forged token, nor with one of another call', async () => {
  const token = await tokens.mint();
  for (const wrong of [undefined, 'nonsense', `${token.slice(0, -43)}${'A'.repeat(43)}`])
    expect(await codeOf(getOfCall(wrong))).toBe('unauthenticated');
  for (const other of [{ user_id: 'bob' }, { app_id: 'notes' }]) expect(await codeOf(getOfCall(token, other))).toBe('forbidden');
  for (const tool_type of ['tool', 'panel', 'chat_fn'] as const)
    expect(await codeOf(getOfCall(await tokens.mint({ tool_type })))).toBe('forbidden');
  expect(await codeOf(getOfCall(token, {}, 'second'))).toBe('forbidden');
  await getOfCall(token);
});

it('is deleted with its user', async () => {
  await save({ unread: 1 }, { user_id: 'erased' });
  await harness.publish(auth.userErased, { tenant_id: 'default', user_id: 'erased' } as never);
  await waitUntil(
    'the erasure',
    async () => (await codeOf(get({ user_id: 'erased' }).then(() => undefined))) === 'skeleton_section_not_found',
    10_000,
  );
});
