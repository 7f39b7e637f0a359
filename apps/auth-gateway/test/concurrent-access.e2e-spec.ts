import { auth, type CreateUser, type Role } from '@skep/contracts/auth';
import { codesOf, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

const root = asUser('root', { role: 'admin', scopes: ['*'] });
const add = (more: Partial<CreateUser> = {}, ctx = root) => {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  return harness.call(auth.createUser, ctx, { email, password: PASSWORD, role: 'user', ...more });
};
const administrators = async (tenant: string) =>
  (await harness.query(`select id from account where tenant_id = $1 and role = 'admin' and is_active and '*' = any(scopes)`, [tenant]))
    .length;

it.each([
  ['takes the role of', (user_id: string, ctx: typeof root) => harness.call(auth.updateUser, ctx, { user_id, role: 'user' })],
  ['takes the scopes of', (user_id: string, ctx: typeof root) => harness.call(auth.updateUser, ctx, { user_id, scopes: ['store:read'] })],
  ['deactivates', (user_id: string, ctx: typeof root) => harness.call(auth.updateUser, ctx, { user_id, is_active: false })],
  ['erases', (user_id: string, ctx: typeof root) => harness.call(auth.deleteUser, ctx, { user_id, permanent: true })],
])('of two administrators, each of which %s the other at once, one remains', async (what, attack) => {
  for (let round = 0; round < 5; round++) {
    const tenant = `${what.replaceAll(' ', '-')}-${round}`;
    await harness.query('insert into tenant (id, name) values ($1, $1)', [tenant]);
    const ctx = { ...root, tenant };
    const [one, other] = [await add({ role: 'admin' }, ctx), await add({ role: 'admin' }, ctx)];
    const acting = (user: string) => ({ ...ctx, user });
    const outcomes = await Promise.allSettled([attack(other.id, acting(one.id)), attack(one.id, acting(other.id))]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await administrators(tenant)).toBe(1);
  }
});

it('the last administrator can resign only after another one is added', async () => {
  await harness.query(`insert into tenant (id, name) values ('one', 'One')`);
  const ctx = { ...root, tenant: 'one' };
  const { id: user_id } = await add({ role: 'admin' }, ctx);
  const attempts = [
    harness.call(auth.updateUser, ctx, { user_id, role: 'developer' }),
    harness.call(auth.updateUser, ctx, { user_id, deny_scopes: ['billing:read'] }),
    harness.call(auth.deleteUser, ctx, { user_id, permanent: false }),
  ];
  for (const code of await codesOf(attempts)) expect(code).toBe('last_administrator');
  expect(await administrators('one')).toBe(1);
  await add({ role: 'admin' }, ctx);
  await harness.call(auth.deleteUser, ctx, { user_id, permanent: true });
});

it('a cascade includes users who sign up or change roles at the same time', async () => {
  const role: Role = (await harness.call(auth.listRoles, root, {})).rows.find(({ name }) => name === 'user')!;
  const people = await Promise.all(Array.from({ length: 4 }, () => add()));
  const cascade = (n: number) =>
    harness.call(auth.updateRole, root, {
      role_id: role.id,
      cascade: true,
      default_scopes: n % 2 ? ['store:*'] : ['store:*', 'voice:use'],
    });
  const register = () =>
    harness.call(auth.register, someone({ actor: 'service:test' }), {
      email: `${randomBytes(6).toString('hex')}@example.com`,
      password: PASSWORD,
      tenant_id: 'default',
    });
  for (let round = 0; round < 3; round++) {
    const moves = people.map(({ id }, n) =>
      harness.call(auth.updateUser, root, { user_id: id, role: (n + round) % 2 ? 'developer' : 'user' }),
    );
    await Promise.all([cascade(round), ...moves, register(), cascade(round + 1), register(), add(), register()]);
    const stale = await harness.query(`
      select a.email, a.role_scopes from account a join role r on r.tenant_id = a.tenant_id and r.name = a.role
       where a.role = 'user' and (a.role_scopes <> r.default_scopes or a.scopes <> r.default_scopes)`);
    expect(stale).toEqual([]);
  }
});

it('a login that runs while scopes are removed gets the remaining ones', async () => {
  const { id, email } = await add({ scopes: ['store:*'] });
  const taking = harness.query(`
    begin;
    select from account where id = '${id}' for update;
    select pg_sleep(1.5);
    update account set granted_scopes = '{store:read}', denied_scopes = '{*}' where id = '${id}';
    commit`);
  await waitUntil('the row is held', async () => (await harness.query(`select from pg_stat_activity where wait_event = 'PgSleep'`)).length);
  const { access_token } = await harness.login(email);
  await taking;
  expect(claimsOf(access_token)).toMatchObject({ scopes: ['store:read'] });
});
