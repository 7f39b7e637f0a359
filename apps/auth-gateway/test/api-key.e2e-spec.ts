import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
let ada: Awaited<ReturnType<AuthHarness['newcomer']>>;
beforeAll(async () => {
  harness = await startAuth();
  ada = await harness.newcomer();
});
afterAll(() => harness?.close());

const create = (scopes: string, ctx = ada.ctx, name = 'laptop') => harness.call(auth.createApiKey, ctx, { name, scopes });
const verify = (key: string) => harness.call(auth.verifyApiKey, someone(), { key });
const list = (ctx = ada.ctx) => harness.call(auth.listApiKeys, ctx, {});
const revoke = (key_id: string, ctx = ada.ctx) => harness.call(auth.revokeApiKey, ctx, { key_id });

describe('an API key', () => {
  it('is shown once, stored as a hash and listed with its prefix', async () => {
    const made = await create('billing:read, store:*');
    expect(made).toMatchObject({
      id: expect.stringMatching(/^key_/),
      key: expect.stringMatching(/^imp_live_[A-Za-z0-9]{32}$/),
      scopes: 'billing:read,store:*',
    });
    expect(made.key.startsWith(made.key_prefix)).toBe(true);
    const { key, ...shown } = made;
    expect(await list()).toContainEqual({ ...shown, app_id: null, last_used_at: null });
    const [row] = await harness.query('select * from api_key where id = $1', [made.id]);
    expect(row!['hash']).toEqual(createHash('sha256').update(key).digest());
    expect(JSON.stringify(row)).not.toContain(key.slice(made.key_prefix.length));
  });

  it('identifies its owner, with the scopes that both have', async () => {
    const { key } = await create('billing:*,store:read,admin:*');
    const holder = await verify(key);
    expect(holder).toEqual({
      user_id: ada.user,
      tenant_id: 'default',
      email: ada.email,
      role: 'user',
      scopes: ['billing:read', 'billing:write', 'store:read'],
      app_id: null,
    });
  });

  it('with * has its owner’s current scopes', async () => {
    const bob = await harness.newcomer();
    const { key } = await create('*', bob.ctx);
    await harness.query(`update account set scopes = '{store:read}' where id = $1`, [bob.user]);
    expect((await verify(key)).scopes).toEqual(['store:read']);
  });

  it('records its last use to the minute', async () => {
    const { id, key } = await create('*');
    const used = async () => (await list()).find((item) => item.id === id)?.last_used_at;
    await verify(key);
    const first = await used();
    expect(first).toBeInstanceOf(Date);
    await verify(key);
    expect(await used()).toEqual(first);
    await harness.query(`update api_key set last_used_at = now() - interval '2 minutes' where id = $1`, [id]);
    await verify(key);
    expect((await used())!.getTime()).toBeGreaterThanOrEqual(first!.getTime());
  });

  it('is rejected after it is revoked, which is idempotent', async () => {
    const { id, key } = await create('*');
    await revoke(id);
    await expect(revoke(id)).resolves.toEqual({ message: expect.any(String) });
    await expect(problemOf(verify(key))).resolves.toMatchObject({ body: { code: 'invalid_credentials', status: 401 } });
    expect((await list()).map((item) => item.id)).not.toContain(id);
  });

  it('is rejected if it is unknown or its owner is inactive', async () => {
    const bob = await harness.newcomer();
    const { key } = await create('*', bob.ctx);
    await harness.query('update account set is_active = false where id = $1', [bob.user]);
    for (const wrong of [key, `imp_live_${'x'.repeat(32)}`, 'imp_live_', ada.tokens.refresh_token])
      expect(await codeOf(verify(wrong))).toBe('invalid_credentials');
    await expect(problemOf(verify(''))).resolves.toMatchObject({ body: { detail: [{ loc: ['key'] }] } });
  });

  it('of another user or tenant is not found', async () => {
    const { id } = await create('*');
    const bob = await harness.newcomer();
    for (const ctx of [bob.ctx, { ...ada.ctx, tenant: 'imp_t_other' }]) {
      expect(await list(ctx)).toEqual([]);
      await expect(problemOf(revoke(id, ctx))).resolves.toMatchObject({ body: { code: 'key_not_found', status: 404 } });
    }
    expect((await list()).map((item) => item.id)).toContain(id);
  });

  it('requires a name and valid scopes', async () => {
    await expect(problemOf(create('*', ada.ctx, ''))).resolves.toMatchObject({ body: { detail: [{ loc: ['name'] }] } });
    await expect(problemOf(create('store:read, <script>'))).resolves.toMatchObject({
      body: { status: 422, detail: [{ loc: ['scopes'] }] },
    });
    await expect(problemOf(revoke(''))).resolves.toMatchObject({ body: { detail: [{ loc: ['key_id'] }] } });
  });

  it.each(['key:imp_live_abc', 'service:kernel'])('cannot be created by %s', async (actor) => {
    await expect(problemOf(create('*', { ...ada.ctx, actor }))).resolves.toMatchObject({
      body: { code: 'forbidden', status: 403 },
    });
  });

  it('is limited to 100 per user', async () => {
    const bob = await harness.newcomer();
    await harness.query(
      `insert into api_key (id, account_id, tenant_id, hash, key_prefix, name, scopes)
       select 'key_bulk' || n, $1, 'default', sha256(('bulk' || n)::bytea), 'imp_live_', 'bulk', '*' from generate_series(1, 100) n`,
      [bob.user],
    );
    await expect(problemOf(create('*', bob.ctx))).resolves.toMatchObject({ body: { code: 'conflict', status: 409 } });
    await revoke('key_bulk1', bob.ctx);
    await expect(create('*', bob.ctx)).resolves.toBeDefined();
  });
});
