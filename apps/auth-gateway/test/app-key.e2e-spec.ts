import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
let ada: Awaited<ReturnType<AuthHarness['newcomer']>>;
beforeAll(async () => {
  harness = await startAuth();
  ada = await harness.newcomer();
});
afterAll(() => harness?.close());

const create = (scope: string, app_id = 'notes', ctx = ada.ctx) => harness.call(auth.createAppKey, ctx, { app_id, scope });
const list = (app_id = 'notes', ctx = ada.ctx) => harness.call(auth.listAppKeys, ctx, { app_id });
const revoke = (key_id: string, app_id = 'notes', ctx = ada.ctx) => harness.call(auth.revokeAppKey, ctx, { app_id, key_id });
const verify = (key: string) => harness.call(auth.verifyApiKey, someone(), { key });

describe('an app key', () => {
  it('is shown once with its prefix, its app and its scope', async () => {
    const { api_key, warning, ...shown } = await create('full');
    expect(api_key).toMatch(/^imp_live_[A-Za-z0-9]{32}$/);
    expect(api_key.startsWith(shown.prefix)).toBe(true);
    expect(warning).toMatch(/not shown again/);
    expect(await list()).toEqual({ keys: [{ ...shown, scope: 'full', last_used_at: null }], total: 1 });
    expect(await verify(api_key)).toMatchObject({ user_id: ada.user, app_id: 'notes', scopes: ['developer:apps:*'] });
    const rows = await harness.query('select * from api_key where id = $1', [shown.key_id]);
    expect(JSON.stringify(rows)).not.toContain(api_key.slice(shown.prefix.length));
  });

  it('can be read-only', async () => {
    const { api_key, scope } = await create('readonly', 'links');
    expect(scope).toBe('readonly');
    expect((await verify(api_key)).scopes).toEqual(['developer:apps:read']);
    expect((await list('links')).keys).toMatchObject([{ scope: 'readonly' }]);
  });

  it('is listed among its owner’s API keys with its app', async () => {
    const { key_id } = await create('full', 'todo');
    const mine = await harness.call(auth.listApiKeys, ada.ctx, {});
    expect(mine.find(({ id }) => id === key_id)).toMatchObject({ app_id: 'todo', name: 'todo' });
    const { id } = await harness.call(auth.createApiKey, ada.ctx, { name: 'wide', scopes: '*' });
    expect((await list('todo')).keys.map((key) => key.key_id)).toEqual([key_id]);
    expect(await codeOf(revoke(id, 'todo'))).toBe('key_not_found');
  });

  it('is rejected after its owner revoked it, which needs the right app', async () => {
    const { key_id, api_key } = await create('full');
    const bob = await harness.newcomer();
    for (const [app_id, ctx] of [
      ['links', ada.ctx],
      ['notes', bob.ctx],
      ['notes', { ...ada.ctx, tenant: 'imp_t_other' }],
    ] as const) {
      expect(await codeOf(revoke(key_id, app_id, ctx))).toBe('key_not_found');
      expect((await list(app_id, ctx)).keys.map((key) => key.key_id)).not.toContain(key_id);
    }
    await verify(api_key);
    expect(await revoke(key_id)).toEqual({ key_id, status: 'revoked' });
    expect(await revoke(key_id)).toEqual({ key_id, status: 'revoked' });
    expect(await codeOf(verify(api_key))).toBe('invalid_credentials');
    const audited = await harness.query(`select action from audit_log where target_id = $1 order by id`, [key_id]);
    expect(audited).toEqual([{ action: 'api_key.created' }, { action: 'api_key.revoked' }]);
  });

  it.each(['key:imp_live_abc', 'service:kernel'])('cannot be created by %s', async (actor) => {
    expect(await codeOf(create('full', 'notes', { ...ada.ctx, actor }))).toBe('forbidden');
  });

  it('requires a valid app id and scope', async () => {
    await expect(problemOf(create('admin'))).resolves.toMatchObject({ body: { status: 422, detail: [{ loc: ['scope'] }] } });
    await expect(problemOf(create('full', '../x'))).resolves.toMatchObject({ body: { status: 422, detail: [{ loc: ['app_id'] }] } });
    await expect(problemOf(revoke(''))).resolves.toMatchObject({ body: { detail: [{ loc: ['key_id'] }] } });
  });
});

describe('whoever has a key may check it', () => {
  const validate = (api_key: string) => harness.call(auth.validateApiKey, someone(), { api_key });

  it('and gets what it opens', async () => {
    const owner = { valid: true, tenant_id: 'default', owner_id: ada.user };
    expect(await validate((await create('readonly')).api_key)).toEqual({ ...owner, app_id: 'notes', scope: 'readonly' });
    const { key } = await harness.call(auth.createApiKey, ada.ctx, { name: 'CI', scopes: 'billing:read' });
    expect(await validate(key)).toEqual({ ...owner, app_id: null, scope: 'billing:read' });
  });

  it('and learns that it is revoked or unknown, and nothing else', async () => {
    const { key_id, api_key } = await create('full');
    await revoke(key_id);
    for (const key of [api_key, `imp_live_${'x'.repeat(32)}`, 'x'])
      expect(await validate(key)).toEqual({ valid: false, error: 'This API key is invalid or was revoked.' });
  });
});
