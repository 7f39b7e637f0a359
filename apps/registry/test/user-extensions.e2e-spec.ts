import { auth } from '@skep/contracts/auth';
import { registry, type UserExtension } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openRegistry, type RegistryHarness } from './registry.js';

let harness: RegistryHarness;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
const elsewhere = { ...admin, tenant: 'imp_t_other' };
let people = 0;

beforeAll(async () => {
  harness = await openRegistry(['auth-gateway']);
  for (const app of ['papers', 'links', 'refused']) await harness.live(app);
});
afterAll(() => harness?.close());

async function person(): Promise<Ctx> {
  const account = { email: `person${people++}@example.com`, password: 'a long enough one', role: 'user' };
  const { id } = await harness.call(auth.createUser, admin, account);
  return asUser('', { user: id });
}
const refer = ({ user }: Ctx, app_id: string) => ({ user_id: user, app_id });
const install = (who: Ctx, app_id: string, by = admin) => harness.call(registry.installUserExtension, by, refer(who, app_id));
const uninstall = (who: Ctx, app_id: string, by = admin) => harness.call(registry.uninstallUserExtension, by, refer(who, app_id));
const disable = (who: Ctx, app_id: string, by = admin) => harness.call(registry.disableUserExtension, by, refer(who, app_id));
const enable = (who: Ctx, app_id: string, by = admin) => harness.call(registry.enableUserExtension, by, refer(who, app_id));
const list = async (who: Ctx, by = admin) => (await harness.call(registry.listUserExtensions, by, { user_id: who.user })).rows;
const find = async (who: Ctx, app_id: string): Promise<UserExtension | undefined> => (await list(who)).find((app) => app.app_id === app_id);
const count = async (app_id: string) =>
  (await harness.query('select install_count from app where app_id = $1', [app_id]))[0]!['install_count'];

it('an administrator installs an app for a user, with its consent and its count, as the user would', async () => {
  const who = await person();
  const before = Number(await count('papers'));
  expect(await install(who, 'papers')).toMatchObject({ app_id: 'papers', install_count: before + 1 });
  expect(await install(who, 'papers')).toMatchObject({ install_count: before + 1 });
  expect(await harness.runs(who, 'papers')).toBe(1);
  expect(await find(who, 'papers')).toMatchObject({ display_name: 'App papers', has_access: true, enabled: true, consent_needed: false });
  const own = await harness.call(registry.listMyExtensions, who, {});
  expect(own.rows.map(({ app_id }) => app_id)).toEqual((await list(who)).map(({ app_id }) => app_id));
  expect(await uninstall(who, 'papers')).toEqual({ app_id: 'papers', install_count: before });
  expect(await find(who, 'papers')).toBeUndefined();
  expect(await harness.runs(who, 'papers')).toBe('app_not_installed');
});

it('an app that is turned off for a user cannot be called by them, until it is turned on', async () => {
  const who = await person();
  await install(who, 'links');
  expect(await disable(who, 'links')).toEqual({ app_id: 'links', is_disabled: true });
  expect(await find(who, 'links')).toMatchObject({ enabled: false, is_disabled: true, has_access: true });
  expect(await harness.runs(who, 'links')).toBe('app_disabled');
  expect(await enable(who, 'links')).toEqual({ app_id: 'links', is_disabled: false });
  expect(await harness.runs(who, 'links')).toBe(1);
});

it('an unknown app, a built-in one and a suspended one are refused', async () => {
  const who = await person();
  expect(await codeOf(install(who, 'unknown'))).toBe('app_not_installed');
  for (const change of [disable, enable]) expect(await codeOf(change(who, 'papers'))).toBe('app_not_installed');
  expect(await codeOf(disable(who, 'developer'))).toBe('system_app');
  await harness.query(`update app set suspended = true where app_id = 'refused'`);
  expect(await codeOf(install(who, 'refused'))).toBe('app_suspended');
  expect(await codeOf(install(who, 'NOT VALID'))).toBe('invalid_input');
});

it('a user of another tenant and an unknown user are not found, and nothing changes', async () => {
  const who = await person();
  await install(who, 'links');
  for (const [user, by] of [
    [who, elsewhere],
    [asUser('nobody'), admin],
  ] as const) {
    expect(await codeOf(list(user, by))).toBe('user_not_found');
    for (const change of [install, uninstall, disable, enable]) expect(await codeOf(change(user, 'links', by))).toBe('user_not_found');
  }
  expect(await harness.runs(who, 'links')).toBe(1);
});

it('the users of an app are those of the tenant who installed it, in pages', async () => {
  await harness.live('shared');
  const [first, second] = (await Promise.all([person(), person()])).sort((a, b) => (a.user < b.user ? -1 : 1));
  for (const who of [first!, second!]) await install(who, 'shared');
  await disable(second!, 'shared');
  const users = (by: Ctx, cursor?: string) => harness.call(registry.listAppUsers, by, { app_id: 'shared', ...(cursor && { cursor }) });
  const page = await users(admin);
  expect(page.rows).toEqual([
    { user_id: first!.user, installed_at: expect.any(Date), enabled: true },
    { user_id: second!.user, installed_at: expect.any(Date), enabled: false },
  ]);
  expect((await users(elsewhere)).rows).toEqual([]);
  await harness.query(
    `insert into install (tenant_id, user_id, app_id) select 'default', 'v' || n, 'shared' from generate_series(1, 1500) n`,
  );
  expect((await users(admin)).rows).toHaveLength(1502);
});
