import type { Contract } from '@skep/contracts';
import { auth, type CreateRole, holdsScope, type Role, type UpdateRole } from '@skep/contracts/auth';
import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asService, asUser, codeOf, problemOf, problemsOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
const clerk = asUser('clerk', { role: 'clerk', scopes: ['admin:roles:*', 'store:*'] });
const elsewhere = { ...admin, tenant: 'elsewhere' };
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('elsewhere', 'Elsewhere')`);
});
afterAll(() => harness?.close());

let count = 0;
const create = (more: Partial<CreateRole> = {}, ctx = admin) =>
  harness.call(auth.createRole, ctx, { ...DEFAULTS, name: `role${count++}`, ...more });
const DEFAULTS = {
  display_name: '',
  default_scopes: [],
  default_attributes: {},
  default_extensions: [],
  confirmation_policy: 'default_off',
  max_concurrent_tasks: 3,
  monthly_action_limit: 500,
  context_window: 20,
};
const change = (role_id: string, what: Partial<UpdateRole>, ctx = admin) =>
  harness.call(auth.updateRole, ctx, { cascade: false, ...what, role_id });
const remove = (role_id: string, ctx = admin) => harness.call(auth.deleteRole, ctx, { role_id });
const list = async (ctx = admin) => (await harness.call(auth.listRoles, ctx, {})).rows;
const findByName = async (name: string): Promise<Role> => (await list()).find((role) => role.name === name)!;
const createHolder = async (role: string, scopes?: string[]) =>
  harness.call(auth.createUser, admin, { email: `holder${count++}@example.com`, password: PASSWORD, role, scopes });
const scopesOf = async (user_id: string) => (await harness.call(auth.getUser, admin, { user_id })).scopes;

describe('roles', () => {
  it('are the four system roles and the tenant’s own', async () => {
    const names = async (ctx = admin) => (await list(ctx)).map(({ name, is_system, tenant_id }) => [name, is_system, tenant_id]);
    expect(await names(elsewhere)).toEqual(['admin', 'developer', 'user', 'viewer'].map((name) => [name, true, 'elsewhere']));
    await create({ name: 'clerk' }, elsewhere);
    expect(await names(elsewhere)).toContainEqual(['clerk', false, 'elsewhere']);
    expect((await names()).filter(([, , tenant]) => tenant !== 'default')).toEqual([]);
  });

  it('are created with the given values and defaults', async () => {
    const made = await create({
      name: 'support',
      default_scopes: ['store:read', 'store:read'],
      default_attributes: { a: 1 },
      context_window: 7,
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^role_/),
      tenant_id: 'default',
      display_name: 'support',
      default_scopes: ['store:read'],
      default_attributes: { a: 1 },
      max_concurrent_tasks: 3,
      context_window: 7,
      is_system: false,
    });
    expect(await findByName('support')).toEqual(made);
    expect(await codeOf(create({ name: 'support' }))).toBe('conflict');
    expect((await problemOf(create({ name: 'No Name' }))).body.detail).toMatchObject([{ loc: ['name'] }]);
    expect((await problemOf(create({ default_scopes: ['?'] }))).body.detail).toMatchObject([
      { loc: ['default_scopes'], type: 'scope_form' },
    ]);
  });

  it('change without changing their users, unless cascaded', async () => {
    const { id, name } = await create({ default_scopes: ['store:read'] });
    const [plain, special] = [await createHolder(name), await createHolder(name, ['cats:*'])];
    expect(await change(id, { default_scopes: ['store:*', 'voice:use'] })).toMatchObject({
      users_updated: 0,
      default_scopes: ['store:*', 'voice:use'],
    });
    expect(await scopesOf(plain.id)).toEqual(['store:read']);
    expect(await scopesOf((await createHolder(name)).id)).toEqual(['store:*', 'voice:use']);
    expect((await change(id, { cascade: true, default_scopes: ['store:*', 'voice:use'] })).users_updated).toBe(2);
    expect(await scopesOf(plain.id)).toEqual(['store:*', 'voice:use']);
    // This user was created with exactly `cats:*`, so `store:read` is denied.
    expect(await scopesOf(special.id)).toEqual(['cats:*', 'store:write', 'voice:use']);
    expect(await change(id, { display_name: 'Other', max_concurrent_tasks: 9 })).toMatchObject({
      display_name: 'Other',
      max_concurrent_tasks: 9,
      default_scopes: ['store:*', 'voice:use'],
    });
  });

  it('revoke the sessions of users who lose scopes by a cascade, and no others', async () => {
    const { id, name } = await create({ default_scopes: ['store:*', 'voice:use'] });
    const [losing, keeping] = [await createHolder(name), await createHolder(name, ['store:*', 'cats:*'])];
    const [lost, kept] = [await harness.login(losing.email), await harness.login(keeping.email)];
    expect(await change(id, { cascade: true, default_scopes: ['store:*'] })).toMatchObject({ users_updated: 1 });
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token: lost.refresh_token }))).toBe('invalid_refresh_token');
    await harness.call(auth.refresh, someone(), { refresh_token: kept.refresh_token });
    const events = await harness.query(
      `select payload->>'user_id' as id, payload->>'reason' as reason from outbox order by seq desc limit 1`,
    );
    expect(events).toEqual([{ id: losing.id, reason: 'access_changed' }]);
  });

  it('of the platform: user and developer have all personal scopes, viewer the reading ones', async () => {
    const contracts: Contract[] = [auth, billing, kernel, marketplace, portal, registry];
    const members = contracts.flatMap((contract) => Object.values(contract));
    const required = new Set(members.flatMap((member) => (member.kind === 'operation' && member.scope ? [member.scope] : [])));
    const all = [...required, 'events:subscribe'];
    const held = async (role: string) => {
      const { default_scopes } = await findByName(role);
      return all.filter((scope) => holdsScope(default_scopes, scope));
    };
    const personal = all.filter((scope) => !scope.startsWith('admin:'));
    expect(await held('user')).toEqual(personal);
    expect(await held('developer')).toEqual(personal);
    expect(await held('viewer')).toEqual(personal.filter((scope) => /:(read|subscribe)$/.test(scope)));
    const [viewer, user] = [await findByName('viewer'), await findByName('user')];
    expect(viewer.default_scopes.filter((scope) => !holdsScope(user.default_scopes, scope))).toEqual([]);
  });

  it('are removed if no user has them', async () => {
    const { id, name } = await create();
    const { id: user_id } = await createHolder(name);
    await harness.call(auth.deleteUser, admin, { user_id, permanent: false });
    expect(await codeOf(remove(id))).toBe('role_in_use');
    await harness.call(auth.updateUser, admin, { user_id, role: 'user' });
    expect(await remove(id)).toEqual({ id, name, deleted: true });
    expect(await codeOf(remove(id))).toBe('role_not_found');
    const { items } = await harness.call(auth.readAudit, admin, { page: 1, per_page: 9, target_type: 'role', target_id: id });
    expect(items).toMatchObject([{ action: 'role.deleted', actor_id: admin.user, source: 'rbac' }, { action: 'role.created' }]);
  });

  it('of the platform cannot be removed, and admin keeps all scopes', async () => {
    const [admin_role, user] = [await findByName('admin'), await findByName('user')];
    expect(await codeOf(remove(user.id))).toBe('system_role');
    expect(await codeOf(change(admin_role.id, { default_scopes: ['store:*'] }))).toBe('system_role');
    expect((await change(admin_role.id, { display_name: 'Boss' })).default_scopes).toEqual(['*']);
    const scopes = user.default_scopes.filter((scope) => scope !== 'voice:use');
    expect((await change(user.id, { default_scopes: scopes })).default_scopes).toEqual(scopes);
  });

  it('tell a service their policy, by tenant and name', async () => {
    const policyOf = (name: string, tenant_id = 'default') => harness.call(auth.getRolePolicy, asService('kernel'), { tenant_id, name });
    expect(await policyOf('user')).toEqual({ confirmation_policy: 'default_off' });
    for (const { body } of await problemsOf([policyOf('no-such-role'), policyOf('user', 'imp_t_none')]))
      expect(body).toMatchObject({ code: 'role_not_found', status: 404 });
  });

  it('are not found by another tenant', async () => {
    const { id } = await create();
    expect(await codeOf(change(id, { display_name: 'x' }, elsewhere))).toBe('role_not_found');
    expect(await codeOf(remove(id, elsewhere))).toBe('role_not_found');
  });

  it('cannot contain scopes that their creator or editor does not hold', async () => {
    expect(await codeOf(create({ default_scopes: ['billing:read'] }, clerk))).toBe('scope_not_held');
    const { id } = await create({ default_scopes: ['store:read'] }, clerk);
    expect(await codeOf(change(id, { default_scopes: ['billing:read'] }, clerk))).toBe('scope_not_held');
    expect((await change(id, { default_scopes: ['store:write'] }, clerk)).default_scopes).toEqual(['store:write']);
    const high = await create({ default_scopes: ['admin:billing:read'] });
    expect(await codeOf(change(high.id, { display_name: 'x' }, clerk))).toBe('scope_not_held');
    expect(await codeOf(remove(high.id, clerk))).toBe('scope_not_held');
  });
});
