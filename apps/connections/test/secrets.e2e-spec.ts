import { auth } from '@skep/contracts/auth';
import { connections } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, codesOf, problemsOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, type ConnectionsHarness, dev, openConnections, zoe } from './connections.js';

const APP = 'link-saver';
const SECRETS = [
  { name: 'api_token', description: 'Your token.', write_mode: 'both', max_bytes: 64 },
  { name: 'typed', description: 'People set it.' },
  { name: 'cursor', description: 'The app sets it.', write_mode: 'extension' },
  { name: 'client_secret', description: 'One for all.', scope: 'app' },
  { name: 'shared', description: 'The operator may give it.', scope: 'app', env_fallback: 'IMPERAL_APPSECRET_SHARED' },
];
const GIVEN = { [APP]: { shared: 'of the operator', client_secret: 'not taken', typed: 'not taken' } };
/** The code of the app, with an extension token, on behalf of a person. */
const app = ({ tenant, user }: Partial<Ctx>, id = APP) => asService('', { tenant: tenant!, user: user!, actor: `extension:${id}` });
const kernelFor = ({ tenant, user }: Ctx) => asService('kernel', { tenant, user });

let harness: ConnectionsHarness;
beforeAll(async () => {
  harness = await openConnections({ SKEP_APP_SECRETS: JSON.stringify(GIVEN) });
  await harness.release(APP, { secrets: SECRETS }, ada, bob, zoe);
  await harness.release('empty', {}, ada);
});
afterAll(() => harness?.close());

const ref = (name: string, more: object = {}) => ({ app_id: APP, name, ...more });
const set = (ctx: Ctx, name: string, value: string, more: object = {}) =>
  harness.call(connections.setSecret, ctx, { ...ref(name, more), value });
const get = async (ctx: Ctx, name: string, more: object = {}) => (await harness.call(connections.getSecret, ctx, ref(name, more))).value;
const remove = async (ctx: Ctx, name: string) => (await harness.call(connections.deleteSecret, ctx, ref(name))).was_set;

it('a secret of the app with env_fallback has the value of the operator until its developer sets one, and no other secret has it', async () => {
  const meta = () => harness.call(connections.getSecretMeta, dev, ref('shared'));
  expect(await get(app(ada), 'shared')).toBe('of the operator');
  expect(await meta()).toMatchObject({ is_set: true, updated_at: null });
  for (const name of ['client_secret', 'typed']) expect(await codeOf(get(app(ada), name))).toBe('secret_not_set');
  expect(await codeOf(get(ada, 'shared'))).toBe('secret_not_readable');
  await set(dev, 'shared', 'of the developer');
  expect(await get(app(ada), 'shared')).toBe('of the developer');
  await remove(dev, 'shared');
  expect(await get(app(ada), 'shared')).toBe('of the operator');
});

describe('a secret of a user', () => {
  it('is set, read by its owner and by the app for them, described, and deleted', async () => {
    await set(ada, 'api_token', 'first');
    expect(await set(ada, 'api_token', 'second')).toMatchObject({ is_set: true, last_accessed_at: null });
    expect(
      await Promise.all([get(ada, 'api_token'), get(app(ada), 'api_token'), get(kernelFor(ada), 'api_token', { ext_id: APP })]),
    ).toEqual(Array(3).fill('second'));
    const meta = await harness.call(connections.getSecretMeta, ada, ref('api_token'));
    expect(meta).toMatchObject({ name: 'api_token', is_set: true, max_bytes: 64, last_accessed_at: expect.any(Date) });
    expect([await remove(ada, 'api_token'), await remove(ada, 'api_token')]).toEqual([true, false]);
    expect(await codeOf(get(ada, 'api_token'))).toBe('secret_not_set');
    expect(await harness.call(connections.getSecretMeta, ada, ref('api_token'))).toMatchObject({ is_set: false, last_accessed_at: null });
  });

  it('is neither read nor deleted by another user, nor in another tenant', async () => {
    await set(ada, 'typed', 'of ada');
    const sameId = { ...zoe, user: ada.user };
    for (const other of [bob, zoe, app(bob), app(zoe)]) {
      expect(await codeOf(get(other, 'typed'))).toBe('secret_not_set');
      expect((await harness.call(connections.getSecretMeta, other, ref('typed'))).is_set).toBe(false);
    }
    expect(await codeOf(get(sameId, 'typed'))).toBe('app_not_installed');
    expect(await remove(bob, 'typed')).toBe(false);
    expect(await get(ada, 'typed')).toBe('of ada');
  });

  it('is set by whom the manifest names', async () => {
    expect(await codeOf(set(ada, 'cursor', 'x'))).toBe('secret_not_writable');
    expect(await codeOf(set(app(ada), 'typed', 'x'))).toBe('secret_not_writable');
    expect(await codeOf(harness.call(connections.deleteSecret, ada, ref('cursor')))).toBe('secret_not_writable');
    await set(app(ada), 'cursor', '17');
    await set(kernelFor(ada), 'typed', 'typed', { ext_id: undefined });
    expect([await get(ada, 'cursor'), await get(ada, 'typed')]).toEqual(['17', 'typed']);
  });

  it('has at most the bytes that the manifest allows, and is not empty', async () => {
    await set(ada, 'api_token', 'ä'.repeat(32));
    expect(await codeOf(set(ada, 'api_token', 'ä'.repeat(33)))).toBe('secret_too_large');
    expect(await codeOf(set(ada, 'api_token', ''))).toBe('invalid_input');
    expect(await get(ada, 'api_token')).toBe('ä'.repeat(32));
  });
});

it('an undeclared secret is refused, also one that another app declares', async () => {
  for (const problem of await problemsOf([set(ada, 'undeclared', 'x'), get(ada, 'undeclared'), remove(ada, 'undeclared')]))
    expect(problem.body).toMatchObject({
      status: 403,
      detail: { error_code: 'SECRET_NOT_DECLARED', message: expect.any(String) },
    });
  expect(await codeOf(harness.call(connections.setSecret, ada, { app_id: 'empty', name: 'api_token', value: 'x' }))).toBe(
    'secret_not_declared',
  );
  expect(await codeOf(harness.call(connections.listSecrets, bob, { app_id: 'empty' }))).toBe('app_not_installed');
});

it('a caller who works for another app is refused', async () => {
  for (const code of await codesOf([get(app(ada, 'empty'), 'api_token'), get(kernelFor(ada), 'api_token', { ext_id: 'empty' })]))
    expect(code).toBe('forbidden');
  expect(await codeOf(harness.call(connections.listSecrets, app(ada, 'empty'), { app_id: APP }))).toBe('forbidden');
  expect(await codeOf(get(app({ tenant: 'default', user: '' }), 'api_token'))).toBe('invalid_input');
});

it('a secret of the app is set by its developer, read by the app for every user, and read by no person', async () => {
  expect(await codeOf(set(bob, 'client_secret', 'x'))).toBe('secret_not_writable');
  await set(dev, 'client_secret', 'of the app');
  for (const caller of [app(ada), app(zoe), app({ tenant: 'default', user: '' })])
    expect(await get(caller, 'client_secret')).toBe('of the app');
  for (const person of [ada, dev, kernelFor(dev)]) expect(await codeOf(get(person, 'client_secret'))).toBe('secret_not_readable');
});

it('the list has names and no values, and secrets of the app for its developer and the app', async () => {
  const names = async (ctx: Ctx) => (await harness.call(connections.listSecrets, ctx, { app_id: APP })).map(({ name }) => name);
  expect(await names(ada)).toEqual(['api_token', 'typed', 'cursor']);
  for (const ctx of [dev, app(ada)]) expect(await names(ctx)).toEqual(SECRETS.map(({ name }) => name));
  await set(ada, 'typed', 'not in the list');
  expect(JSON.stringify(await harness.call(connections.listSecrets, ada, { app_id: APP }))).not.toContain('not in the list');
});

it('each access is an event for the audit log, and the value is in no table, event or log as text', async () => {
  await set(bob, 'typed', 'tell-nobody-4711');
  await get(bob, 'typed');
  await remove(bob, 'typed');
  await set(bob, 'typed', 'tell-nobody-4711');
  const events = await harness.query(
    `select payload->>'access' as access from outbox where subject = 'event.connections.secretAccessed' and payload::text like '%typed%' order by seq desc limit 4`,
  );
  expect(events.map(({ access }) => access)).toEqual(['set', 'deleted', 'read', 'set']);
  const rows = await Promise.all(
    ['secret', 'outbox', 'idempotency'].map((table) => harness.query(`select string_agg(t::text, ' ') as text from ${table} t`)),
  );
  const stored = JSON.stringify(rows);
  for (const form of ['tell-nobody-4711', Buffer.from('tell-nobody-4711').toString('hex')]) expect(stored).not.toContain(form);
});

it('an erased user has no secrets', async () => {
  await set(bob, 'typed', 'x');
  await harness.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
  await waitUntil('the erasure', async () => !(await harness.query('select from secret where user_id = $1', [bob.user])).length);
  expect(await get(ada, 'typed')).toBeDefined();
});
