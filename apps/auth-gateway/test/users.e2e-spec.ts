import { auth, type CreateUser, type ListUsers, type UpdateUser } from '@skep/contracts/auth';
import { codeOf, codesOf, asUser, problemOf, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
/** Administers users and nothing else. */
const clerk = asUser('clerk', { role: 'clerk', scopes: ['admin:users:*', 'store:*'] });
const elsewhere = { ...admin, tenant: 'elsewhere' };
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('elsewhere', 'Elsewhere')`);
});
afterAll(() => harness?.close());

let count = 0;
const add = (more: Partial<CreateUser> = {}, ctx = admin) =>
  harness.call(auth.createUser, ctx, { email: `new${count++}@example.com`, password: PASSWORD, role: 'user', ...more });
const update = (user_id: string, change: Omit<UpdateUser, 'user_id'>, ctx = admin) =>
  harness.call(auth.updateUser, ctx, { user_id, ...change });
const remove = (user_id: string, permanent = false, ctx = admin) => harness.call(auth.deleteUser, ctx, { user_id, permanent });
const get = (user_id: string, ctx = admin) => harness.call(auth.getUser, ctx, { user_id });
const list = (more: Partial<ListUsers> = {}, ctx = admin) =>
  harness.call(auth.listUsers, ctx, { include_inactive: false, limit: 50, offset: 0, ...more });
const effective = (user_id: string, ctx = admin) => harness.call(auth.getEffectiveScopes, ctx, { user_id });
const auditedActions = async (target_id: string) =>
  (await harness.call(auth.readAudit, admin, { page: 1, per_page: 50, target_id })).items.map(({ action }) => action);

describe('a user created by an administrator', () => {
  it('can log in at once with the role’s scopes', async () => {
    await harness.call(auth.createAgency, admin, { agency_id: 'north', display_name: 'North' });
    const made = await add({ attributes: { first_name: 'Ada' }, agency_id: 'north' });
    expect(made).toMatchObject({
      imperal_id: made.id,
      tenant_id: 'default',
      agency_id: 'north',
      role: 'user',
      attributes: { first_name: 'Ada' },
      is_active: true,
      auth_method: 'password',
      last_login: null,
    });
    expect(made.scopes).toContain('billing:read');
    expect(claimsOf((await harness.login(made.email)).access_token).sub).toBe(made.id);
    expect(await get(made.id)).toMatchObject({ email: made.email, last_login: expect.any(Date) });
    expect((await auditedActions(made.id)).at(-1)).toBe('user.created');
  });

  it('can have other scopes than the role, and gets the role’s attributes as defaults', async () => {
    await harness.query(
      `update role set default_attributes = '{"timezone": "UTC", "plan": "a"}' where tenant_id = 'default' and name = 'user'`,
    );
    const made = await add({ scopes: ['store:read', 'cases:read'], attributes: { plan: 'b' } });
    expect(made).toMatchObject({ scopes: ['cases:read', 'store:read'], attributes: { timezone: 'UTC', plan: 'b' } });
  });

  it('takes no connection while its password is hashed, also under an Idempotency-Key', async () => {
    const callers = Array.from({ length: 60 }, (_, n) => ({ ...admin, idempotencyKey: `import ${n}` }));
    const addNth = (n: number) => add({ email: `imported${n}@example.com` }, callers[n]);
    const all = Promise.all(callers.map((_, n) => addNth(n)));
    const inProgress = async () => (await harness.query('select from idempotency where lease_until is not null')).length;
    await waitUntil('more of them in progress than a person has connections', async () => (await inProgress()) > 5);
    expect(await addNth(0)).toEqual((await all)[0]);
  });

  it('is rejected with a taken address, an unknown role, agency or scope, or a short password', async () => {
    const { email } = await add();
    expect(await codeOf(add({ email }))).toBe('conflict');
    expect((await add({ email }, elsewhere)).tenant_id).toBe('elsewhere');
    expect((await problemOf(add({ role: 'king' }))).body.detail).toMatchObject([{ loc: ['role'], type: 'role_unknown' }]);
    expect((await problemOf(add({ agency_id: 'south' }))).body.detail).toMatchObject([{ loc: ['agency_id'], type: 'agency_unknown' }]);
    expect((await problemOf(add({ scopes: ['a b'] }))).body.detail).toMatchObject([{ loc: ['scopes'], type: 'scope_form' }]);
    expect((await problemOf(add({ password: 'short' }))).body.detail).toMatchObject([{ loc: ['password'] }]);
  });

  it('gets no scopes that the administrator does not hold', async () => {
    expect(await codeOf(add({ scopes: ['billing:read'] }, clerk))).toBe('scope_not_held');
    expect(await codeOf(add({ role: 'admin' }, clerk))).toBe('scope_not_held');
    expect((await add({ scopes: ['store:read'] }, clerk)).scopes).toEqual(['store:read']);
  });
});

describe('the list of users', () => {
  it('is sorted newest first, with limit, offset and total', async () => {
    const made = [await add({ role: 'developer' }), await add({ role: 'developer' }), await add({ role: 'developer' })];
    const page = await list({ role: 'developer', limit: 2 });
    expect(page.rows.map(({ id }) => id)).toEqual([made[2]!.id, made[1]!.id]);
    expect(page.total).toBe(3);
    expect((await list({ role: 'developer', limit: 2, offset: 2 })).rows.map(({ id }) => id)).toEqual([made[0]!.id]);
  });

  it('omits deactivated users by default', async () => {
    const gone = await add({ attributes: { last_name: 'Gone%away' } });
    await remove(gone.id);
    const found = async (more: Partial<ListUsers>) => (await list({ search: 'gone%AWAY', ...more })).total;
    expect([await found({}), await found({ include_inactive: true })]).toEqual([0, 1]);
    expect([await found({ is_active: false }), await found({ is_active: true, include_inactive: true })]).toEqual([1, 0]);
    expect((await list({ search: 'goneXaway', include_inactive: true })).total).toBe(0);
  });

  it('finds users by a part of the id or the address, and by a scope that a wildcard covers', async () => {
    const { id, email } = await add({ scopes: ['cats:*'] });
    for (const search of [id.slice(6, 20), email.toUpperCase()]) expect((await list({ search })).rows.map((row) => row.id)).toEqual([id]);
    const holders = (await list({ scope: 'cats:feed' })).rows.map((row) => row.email);
    expect(holders.sort()).toEqual(['admin@example.com', email].sort());
  });

  it('shows no user of another tenant', async () => {
    const { rows } = await list({ include_inactive: true, limit: 200 }, elsewhere);
    expect(new Set(rows.map(({ tenant_id }) => tenant_id))).toEqual(new Set(['elsewhere']));
    expect((await list({ limit: 200 })).rows.filter(({ tenant_id }) => tenant_id !== 'default')).toEqual([]);
  });

  it('rejects a limit above 200', async () => expect(await codeOf(list({ limit: 201 }))).toBe('invalid_input'));
});

describe('the scopes of a user', () => {
  it('are exactly those that an administrator sets, also if the role has more', async () => {
    const { id } = await add();
    expect((await update(id, { scopes: ['store:read', 'cases:*'] })).scopes).toEqual(['cases:*', 'store:read']);
    expect(await effective(id)).toMatchObject({
      role: 'user',
      granted_scopes: ['store:read', 'cases:*'],
      denied_scopes: expect.arrayContaining(['store:*', 'billing:read']),
      effective_scopes: ['cases:*', 'store:read'],
    });
    expect((await effective(id)).role_scopes).toContain('store:*');
  });

  it('are the role’s and the granted ones without the denied ones, whose history names who denied them', async () => {
    const { id } = await add({ scopes: ['store:*', 'cats:*', 'billing:read'] });
    await update(id, { deny_scopes: ['store:write'] });
    await update(id, { deny_scopes: ['billing:read'] }, asService('kernel', { tenant: 'default', scopes: ['*'] }));
    const scopes = await effective(id);
    expect(scopes.effective_scopes).toEqual(['cats:*', 'store:read']);
    expect(scopes.denied_history).toMatchObject([
      { scopes: ['billing:read'], denied_by: 'kernel' },
      { scopes: ['store:write'], denied_by: admin.user },
    ]);
    expect((await update(id, { scopes: ['billing:read', 'store:*'] })).scopes).toEqual(['billing:read', 'store:*']);
  });

  it('are reset by a new role, except for denials', async () => {
    const { id } = await add({ scopes: ['store:*', 'cats:*'] });
    await update(id, { deny_scopes: ['voice:use'] });
    const { role, scopes } = await update(id, { role: 'developer' });
    expect([role, scopes.includes('config:read'), scopes.includes('cats:*'), scopes.includes('voice:use')]).toEqual([
      'developer',
      true,
      false,
      false,
    ]);
  });

  it('revoke the sessions if they become fewer, and not if they become more', async () => {
    const { id, email } = await add({ scopes: ['store:read', 'cats:*'] });
    const { refresh_token } = await harness.login(email);
    await update(id, { scopes: ['store:*', 'cats:*'] });
    const next = await harness.call(auth.refresh, someone(), { refresh_token });
    expect(claimsOf(next.access_token)).toMatchObject({ scopes: ['cats:*', 'store:*'] });
    await update(id, { scopes: ['store:*'] });
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token: next.refresh_token }))).toBe('invalid_refresh_token');
    const [row] = await harness.query('select revoke_reason from session where account_id = $1', [id]);
    expect(row).toEqual({ revoke_reason: 'access_changed' });
  });

  it('cannot exceed those of the administrator, who cannot change users with more administrative scopes', async () => {
    const { id } = await add({ scopes: ['store:read'] });
    const boss = await add({ scopes: ['admin:billing:read'] });
    expect(await codeOf(update(id, { scopes: ['billing:read'] }, clerk))).toBe('scope_not_held');
    expect(await codeOf(update(id, { role: 'developer' }, clerk))).toBe('scope_not_held');
    expect((await get(id)).scopes).toEqual(['store:read']);
    expect((await update(id, { scopes: ['store:write'] }, clerk)).scopes).toEqual(['store:write']);
    for (const code of await codesOf([update(boss.id, { is_active: false }, clerk), remove(boss.id, true, clerk)]))
      expect(code).toBe('scope_not_held');
    await update(boss.id, { is_active: false });
    expect(await codeOf(update(boss.id, { is_active: true }, clerk))).toBe('scope_not_held');
  });

  it('cannot be changed by an administrator of another tenant, who does not find the user', async () => {
    const { id } = await add();
    for (const code of await codesOf([
      update(id, { role: 'admin' }, elsewhere),
      remove(id, true, elsewhere),
      get(id, elsewhere),
      effective(id, elsewhere),
    ]))
      expect(code).toBe('user_not_found');
    expect(await codeOf(get('imp_u_nobody'))).toBe('user_not_found');
  });

  it('are rejected with an unknown role or an invalid scope', async () => {
    const { id } = await add();
    expect((await problemOf(update(id, { role: 'king' }))).body.detail).toMatchObject([{ loc: ['role'], type: 'role_unknown' }]);
    expect((await problemOf(update(id, { deny_scopes: ['!'] }))).body.detail).toMatchObject([{ loc: ['deny_scopes'] }]);
  });
});

describe('a deactivated user', () => {
  it('cannot log in, and loses sessions and keys for good', async () => {
    const { id, email } = await add();
    const { refresh_token } = await harness.login(email);
    const { key } = await harness.call(auth.createApiKey, someone({ tenant: 'default', user: id, actor: 'user' }), {
      name: 'k',
      scopes: '*',
    });
    expect(await remove(id)).toEqual({ id, imperal_id: id, deleted: true, permanent: false });
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    expect((await update(id, { is_active: true })).is_active).toBe(true);
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token }))).toBe('invalid_refresh_token');
    expect(await codeOf(harness.call(auth.verifyApiKey, someone(), { key }))).toBe('invalid_credentials');
    await harness.login(email);
    expect(await auditedActions(id)).toEqual(['user.activated', 'user.deactivated', 'user.created']);
  });

  it('can be deactivated twice, with one audit entry', async () => {
    const { id } = await add();
    await remove(id);
    await remove(id);
    expect(await auditedActions(id)).toEqual(['user.deactivated', 'user.created']);
  });
});

describe('an erased user', () => {
  it('leaves no personal data in any table, and only the id in the audit log', async () => {
    const ada = await harness.newcomer();
    await harness.login(ada.email);
    await harness.call(auth.createApiKey, ada.ctx, { name: 'laptop', scopes: '*' });
    await harness.call(auth.forgotPassword, someone(), { email: ada.email, tenant_id: 'default' });
    await harness.call(auth.signup, someone(), { email: ada.email, password: PASSWORD, tenant_id: 'default', first_name: 'Ada' });
    await waitUntil('the mails are sent', async () => (await harness.query('select count(*) as n from mail'))[0]!['n'] === 0, 10_000);
    await remove(ada.user, true);

    const tables = await harness.query(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`);
    const found: unknown[] = [];
    for (const { relname } of tables) {
      const rows = await harness.query(`select to_jsonb(t)::text as row from "${String(relname)}" t where to_jsonb(t)::text ~ $1`, [
        `${ada.user}|${ada.email}`,
      ]);
      if (rows.length) found.push(relname);
      for (const { row } of rows) if (!['outbox'].includes(String(relname))) expect(row).not.toContain(ada.email);
    }
    expect(found.sort()).toEqual(['audit_log', 'outbox', 'session']);
    expect(await harness.query('select distinct ip, label from session where account_id = $1', [ada.user])).toEqual([
      { ip: null, label: null },
    ]);
    expect((await auditedActions(ada.user)).slice(0, 2)).toEqual(['user.erased', 'user.deactivated']);
    expect(await codeOf(harness.login(ada.email))).toBe('invalid_credentials');
    expect(await codeOf(get(ada.user))).toBe('user_not_found');
  });

  it('is published as an event, and gateways still reject the access tokens', async () => {
    const ada = await harness.newcomer();
    await remove(ada.user, true);
    const [event] = await harness.query(`select payload from outbox where subject = 'event.auth.userErased' order by seq desc limit 1`);
    expect(event!['payload']).toEqual({ tenant_id: 'default', user_id: ada.user });
    const { rows } = await harness.call(auth.listRevokedSessions, someone(), { since: new Date(Date.now() - 60_000) });
    expect(rows).toContainEqual(expect.objectContaining({ session_id: ada.session, reason: 'erased' }));
  });
});

describe('the id in the cases API', () => {
  const set = (imperal_id: string, cases_user_id: unknown, ctx: typeof admin) =>
    harness.call(auth.setCasesUser, ctx, { imperal_id, cases_user_id: cases_user_id as number });

  it('can be set once by the user and at any time by an administrator', async () => {
    const ada = await harness.newcomer();
    expect(await set(ada.user, '42', ada.ctx)).toEqual({ imperal_id: ada.user, cases_user_id: 42 });
    await set(ada.user, 42, ada.ctx);
    expect(await codeOf(set(ada.user, 43, ada.ctx))).toBe('conflict');
    expect((await set(ada.user, 43, admin)).cases_user_id).toBe(43);
    expect((await harness.call(auth.getMe, ada.ctx, {})).cases_user_id).toBe(43);
  });

  it('cannot be set for another user, who is not found', async () => {
    const [ada, bob] = [await harness.newcomer(), await harness.newcomer()];
    expect(await codeOf(set(bob.user, 1, ada.ctx))).toBe('user_not_found');
    expect(await codeOf(set(bob.user, 1, elsewhere))).toBe('user_not_found');
    expect(await codeOf(set(bob.user, 'x', admin))).toBe('invalid_input');
  });
});
