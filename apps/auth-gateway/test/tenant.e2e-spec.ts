import { auth, type CreateTenant, type SessionRevoked, type TenantItem } from '@skep/contracts/auth';
import { type Ctx, newCtx } from '@skep/platform';
import { codeOf, codesOf, problemOf, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

const DATABASE = { host: 'db.example.com', port: 3306, database: 'acme', username: 'acme', password: 'a-database-password' };
const admin = (tenant: string) => someone({ tenant, user: 'imp_u_admin', email: 'admin@example.com', role: 'admin', actor: 'user' });
const platform = admin('default');

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
});
afterAll(() => harness?.close());

const create = (input: Partial<CreateTenant> = {}, ctx: Ctx = platform): Promise<TenantItem> =>
  harness.call(auth.createTenant, ctx, {
    tenant_id: `imp_t_${randomBytes(5).toString('hex')}`,
    name: 'Acme',
    db_config: DATABASE,
    ...input,
  } as CreateTenant);
const read = (tenant_id: string, ctx: Ctx = platform) => harness.call(auth.getTenant, ctx, { tenant_id });
const list = (ctx: Ctx, page = { limit: 500, offset: 0 }) => harness.call(auth.listTenants, ctx, page);
const update = (tenant_id: string, changes: object, ctx: Ctx = platform) => harness.call(auth.updateTenant, ctx, { tenant_id, ...changes });
const remove = (tenant_id: string, ctx: Ctx = platform) => harness.call(auth.deleteTenant, ctx, { tenant_id });
const health = (tenant_id: string, ctx: Ctx = platform) => harness.call(auth.getTenantHealth, ctx, { tenant_id });

describe('an administrator of the platform', () => {
  it('creates a tenant and reads its actual properties', async () => {
    const features = { beta: true };
    const tenant = await create({
      tenant_id: 'imp_t_whole',
      features,
      max_connections: 5,
      parent_tenant_id: 'default',
      isolation: 'dedicated',
    });
    expect(tenant).toEqual({
      id: 'imp_t_whole',
      tenant_id: 'imp_t_whole',
      name: 'Acme',
      db_backend: 'postgres',
      isolation: 'row',
      allowed_auth_methods: 'email,api_key',
      max_connections: 5,
      features,
      is_active: true,
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
      parent_tenant_id: 'default',
      can_resell: false,
      custom_pricing: {},
      ui_config: {},
    });
    expect(await read('imp_t_whole')).toEqual(tenant);
    expect((await list(platform)).rows).toContainEqual(tenant);
  });

  it('needs no database credentials', async () => {
    expect(await create({ db_config: undefined })).toMatchObject({ db_backend: 'postgres', isolation: 'row' });
  });

  it('leaves no database credentials in any table', async () => {
    const { tenant_id } = await create();
    await update(tenant_id, { db_config: { ...DATABASE, password: 'another-database-password' }, name: 'Renamed' });
    const tables = await harness.query(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    for (const { name } of tables) {
      const rows = await harness.query(`select t::text as row from ${String(name)} t where t::text like '%database-password%'`);
      expect([name, rows]).toEqual([name, []]);
    }
  });

  it('cannot reuse an id, even of a deleted tenant', async () => {
    const { tenant_id } = await create();
    expect(await codeOf(create({ tenant_id }))).toBe('tenant_id_taken');
    await remove(tenant_id);
    expect(await codeOf(create({ tenant_id }))).toBe('tenant_id_taken');
    expect(await codeOf(create({ tenant_id: 'default' }))).toBe('tenant_id_taken');
  });

  it.each([
    [{ tenant_id: '_platform_' }, 'tenant_id'],
    [{ tenant_id: 'a b' }, 'tenant_id'],
    [{ tenant_id: '*' }, 'tenant_id'],
    [{ name: '' }, 'name'],
    [{ db_config: { host: 'x' } as never }, 'db_config'],
    [{ allowed_auth_methods: 'api_key' }, 'allowed_auth_methods'],
    [{ max_connections: 0 }, 'max_connections'],
    [{ parent_tenant_id: 'imp_t_nowhere' }, 'parent_tenant_id'],
  ])('gets invalid_input for %j', async (input, field) => {
    const { body } = await problemOf(create(input));
    expect([body.code, (body.detail as { loc: string[] }[])[0]?.loc[0]]).toEqual(['invalid_input', field]);
  });

  it('changes the given fields and keeps the rest', async () => {
    const before = await create({ features: { a: 1 } });
    const after = await update(before.tenant_id, { max_connections: 7 });
    expect(after).toEqual({ ...before, max_connections: 7, updated_at: expect.any(Date) });
    expect(after.updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
    expect(await codeOf(update(before.tenant_id, { allowed_auth_methods: 'telepathy' }))).toBe('invalid_input');
    expect(await codeOf(update('imp_t_nowhere', { name: 'X' }))).toBe('tenant_not_found');
  });

  it('pages through the tenants', async () => {
    const all = await list(platform);
    expect(await list(platform, { limit: 1, offset: 1 })).toEqual({ rows: [all.rows[1]], total: all.total });
    expect(all.rows[0]?.tenant_id).toBe('default');
  });

  it('is recorded in the audit log with the changes', async () => {
    const { tenant_id } = await create();
    await update(tenant_id, { name: 'New', is_active: false });
    await remove(tenant_id);
    const { items } = await harness.call(auth.readAudit, platform, { target_id: tenant_id, page: 1, per_page: 10 });
    expect(items.map(({ action, actor_id, changes }) => [action, actor_id, changes])).toEqual([
      ['tenant.deleted', 'imp_u_admin', null],
      ['tenant.updated', 'imp_u_admin', { name: { from: 'Acme', to: 'New' }, is_active: { from: true, to: false } }],
      ['tenant.created', 'imp_u_admin', null],
    ]);
  });

  it('cannot suspend or delete the operator’s tenant', async () => {
    expect(await codeOf(update('default', { is_active: false }))).toBe('tenant_protected');
    expect(await codeOf(remove('default'))).toBe('tenant_protected');
  });
});

describe('a service without an acting user', () => {
  it('manages tenants like an administrator of the platform and is named in the audit log', async () => {
    const { tenant_id } = await create({}, asService('setup'));
    expect((await read(tenant_id, asService('setup'))).tenant_id).toBe(tenant_id);
    await remove(tenant_id, asService('setup'));
    const { items } = await harness.call(auth.readAudit, platform, { target_id: tenant_id, page: 1, per_page: 10 });
    expect(items.map(({ action, actor_type, actor_id }) => [action, actor_type, actor_id])).toEqual([
      ['tenant.deleted', 'service', 'setup'],
      ['tenant.created', 'service', 'setup'],
    ]);
  });

  it('with an acting user has that user’s rights', async () => {
    const { tenant_id } = await create();
    expect(await codeOf(read(tenant_id, { ...admin('imp_t_whole'), actor: 'service:panel' }))).toBe('tenant_not_found');
  });
});

describe('an administrator of another tenant', () => {
  it('reads and changes that tenant', async () => {
    const { tenant_id } = await create();
    const own = admin(tenant_id);
    expect((await update(tenant_id, { name: 'Ours', allowed_auth_methods: 'email' }, own)).allowed_auth_methods).toBe('email');
    expect((await read(tenant_id, own)).name).toBe('Ours');
    expect((await health(tenant_id, own)).healthy).toBe(true);
    expect((await list(own)).rows.map((tenant) => tenant.tenant_id)).toEqual([tenant_id]);
    expect((await list(own)).total).toBe(1);
  });

  it.each([{ is_active: false }, { features: { everything: true } }, { max_connections: 99 }])('cannot set %j', async (changes) => {
    const { tenant_id } = await create();
    expect(await codeOf(update(tenant_id, changes, admin(tenant_id)))).toBe('forbidden');
    expect((await read(tenant_id)).is_active).toBe(true);
  });

  it('creates and deletes no tenant and finds no other one', async () => {
    const [mine, other] = [await create(), await create()];
    const own = admin(mine.tenant_id);
    expect(await codeOf(create({}, own))).toBe('forbidden');
    expect(await codeOf(remove(mine.tenant_id, own))).toBe('forbidden');
    for (const tenant_id of [other.tenant_id, 'default', 'imp_t_nowhere'])
      for (const code of await codesOf([
        read(tenant_id, own),
        update(tenant_id, { name: 'X' }, own),
        remove(tenant_id, own),
        health(tenant_id, own),
      ]))
        expect(code).toBe('tenant_not_found');
  });
});

describe('a suspended tenant', () => {
  const suspended = async () => {
    const { tenant_id } = await create();
    const person = await harness.newcomer(undefined, tenant_id);
    const { key } = await harness.call(auth.createApiKey, person.ctx, { name: 'program', scopes: '*' });
    return { tenant_id, person, key };
  };

  it('has all its sessions revoked, with an event for each', async () => {
    const { tenant_id, person } = await suspended();
    const others = await harness.newcomer();
    const again = await harness.login(person.email, PASSWORD, someone(), tenant_id);
    const events: SessionRevoked[] = [];
    harness.bus.subscribe(auth.sessionRevoked, (revoked) => {
      if (revoked.tenant_id === tenant_id) events.push(revoked);
    });
    await harness.bus.connection.flush();
    expect((await update(tenant_id, { is_active: false })).is_active).toBe(false);
    await waitUntil('both events', () => events.length >= 2, 10_000);
    const ids = events.map(({ session_id }) => session_id);
    expect(ids).toContain(person.session);
    for (const { user_id, reason, forget_at } of events)
      expect([user_id, reason, forget_at.getTime() > Date.now()]).toEqual([person.user, 'admin', true]);
    const { rows } = await harness.call(auth.listRevokedSessions, asService('api-gateway'), { since: new Date(0) });
    expect(rows.map(({ session_id }) => session_id)).toEqual(expect.arrayContaining(ids));
    for (const { refresh_token } of [person.tokens, again])
      expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token }))).toBe('invalid_refresh_token');
    expect(await harness.call(auth.refresh, someone(), { refresh_token: others.tokens.refresh_token })).toMatchObject({
      token_type: 'bearer',
    });
  });

  it('lets no one sign in, and gives the reason only for a correct password', async () => {
    const { tenant_id, person } = await suspended();
    await update(tenant_id, { is_active: false });
    expect(await codeOf(harness.login(person.email, PASSWORD, someone(), tenant_id))).toBe('tenant_suspended');
    expect(await codeOf(harness.login(person.email, 'a wrong password', someone(), tenant_id))).toBe('invalid_credentials');
    const register = { email: 'new@example.com', password: PASSWORD, tenant_id };
    expect(await codeOf(harness.call(auth.register, asService('panel'), register))).toBe('invalid_input');
    expect(await codeOf(harness.call(auth.describeUser, asService('panel'), { user_id: person.user, tenant_id }))).toBe('user_not_found');
  });

  it('creates no account by a link that was sent before', async () => {
    const { tenant_id } = await create();
    const email = `${randomBytes(5).toString('hex')}@example.com`;
    await harness.call(auth.signup, someone(), { email, password: PASSWORD, tenant_id });
    const token = await harness.tokenFor(email);
    await update(tenant_id, { is_active: false });
    expect(await codeOf(harness.call(auth.verifyEmail, someone(), { token }))).toBe('tenant_suspended');
    await update(tenant_id, { is_active: true });
    expect(await harness.call(auth.verifyEmail, someone(), { token })).toMatchObject({ token_type: 'bearer' });
  });

  it('has API keys that stop working until it is restored', async () => {
    const { tenant_id, person, key } = await suspended();
    const verify = () => harness.call(auth.verifyApiKey, asService('api-gateway'), { key });
    expect((await verify()).user_id).toBe(person.user);
    await update(tenant_id, { is_active: false });
    expect(await codeOf(verify())).toBe('invalid_credentials');
    await update(tenant_id, { is_active: true });
    expect((await verify()).tenant_id).toBe(tenant_id);
    await update(tenant_id, { allowed_auth_methods: 'email' });
    expect(await codeOf(verify())).toBe('invalid_credentials');
  });

  it('is reported by its health', async () => {
    const { tenant_id } = await suspended();
    const active = { tenant_id, db_backend: 'postgres', healthy: true, message: 'The tenant is active and has 1 active user.' };
    expect(await health(tenant_id)).toEqual(active);
    await update(tenant_id, { is_active: false });
    expect(await health(tenant_id)).toEqual({ ...active, healthy: false, message: 'The tenant is suspended.' });
    expect(await codeOf(health('imp_t_nowhere'))).toBe('tenant_not_found');
  });

  it('keeps no session of concurrent logins', async () => {
    const { tenant_id, person } = await suspended();
    const logins = Array.from({ length: 6 }, () =>
      harness.login(person.email, PASSWORD, someone(), tenant_id).catch((error: unknown) => error),
    );
    await waitUntil('a login to finish', async () => (await harness.call(auth.listSessions, person.ctx, {})).sessions.length > 1, 10_000);
    await update(tenant_id, { is_active: false });
    await Promise.all(logins);
    const alive = await harness.query('select count(*)::int as alive from session where tenant_id = $1 and revoked_at is null', [
      tenant_id,
    ]);
    expect(alive).toEqual([{ alive: 0 }]);
  });
});

describe('a deleted tenant', () => {
  it('must be suspended first if it has active users', async () => {
    const { tenant_id } = await create();
    const person = await harness.newcomer(undefined, tenant_id);
    expect(await codeOf(remove(tenant_id))).toBe('tenant_in_use');
    expect(await harness.call(auth.refresh, someone(), { refresh_token: person.tokens.refresh_token })).toMatchObject({
      token_type: 'bearer',
    });
    await update(tenant_id, { is_active: false });
    expect(await remove(tenant_id)).toEqual({ message: 'The tenant was deleted.' });
  });

  it('is not found, cannot be restored, and its users cannot sign in', async () => {
    const { tenant_id } = await create();
    const person = await harness.newcomer(undefined, tenant_id);
    await update(tenant_id, { is_active: false });
    await remove(tenant_id);
    for (const code of await codesOf([read(tenant_id), update(tenant_id, { is_active: true }), remove(tenant_id), health(tenant_id)]))
      expect(code).toBe('tenant_not_found');
    expect((await list(platform)).rows.map((tenant) => tenant.tenant_id)).not.toContain(tenant_id);
    expect(await codeOf(harness.login(person.email, PASSWORD, someone(), tenant_id))).toBe('tenant_suspended');
    const kept = await harness.query('select email from account where tenant_id = $1', [tenant_id]);
    expect(kept).toEqual([{ email: person.email }]);
  });
});

it('a caller without a tenant and a service sees no tenant', async () => {
  expect(await list(newCtx({ actor: 'nobody', deadline: Date.now() + 60_000 }))).toEqual({ rows: [], total: 0 });
});
