import { registry } from '@skep/contracts/registry';
import { asService, asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRegistry, type RegistryHarness } from './registry.js';

let harness: RegistryHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const adaElsewhere = asUser('ada', { tenant: 'imp_t_other' });

const install = (ctx: typeof ada, app_id: string) => harness.call(registry.installApp, ctx, { app_id });
const uninstall = (ctx: typeof ada, app_id: string) => harness.call(registry.uninstallApp, ctx, { app_id });
const live: RegistryHarness['live'] = (...app) => harness.live(...app);
const own = async (ctx: typeof ada) => (await harness.call(registry.listMyExtensions, ctx, {})).rows.map(({ app_id }) => app_id);
const eventsOf = (app_id: string) =>
  harness.query(`select payload from outbox where subject = $1 and payload->>'app_id' = $2 order by seq`, [
    registry.installChanged.subject,
    app_id,
  ]);

beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

describe('a user who installs an app', () => {
  it('has it; other users and other tenants do not', async () => {
    const app = await live('links');
    const installed = await install(ada, app);
    expect(installed).toMatchObject({ app_id: app, install_count: 1 });
    expect(installed.installed_at).toBeInstanceOf(Date);
    expect(await harness.runs(ada, app)).toBe(1);
    for (const other of [bob, adaElsewhere]) {
      expect(await harness.runs(other, app)).toBe('app_not_installed');
      expect(await own(other)).not.toContain(app);
    }
  });

  it('can install it again: same installed_at, same count, no event', async () => {
    const app = await live('twice');
    const first = await install(ada, app);
    expect(await install(ada, app)).toEqual(first);
    expect(await eventsOf(app)).toHaveLength(1);
  });

  it('cannot install an app that does not exist', async () => {
    await expect(install(ada, 'no-such-app')).rejects.toMatchObject({ body: { code: 'app_not_installed', status: 404 } });
    await expect(install(ada, 'billing')).rejects.toMatchObject({ body: { code: 'app_not_installed' } });
    expect(await harness.runs(ada, 'no-such-app')).toBe('app_not_installed');
    expect(await harness.runs(ada, 'X')).toBe('invalid_input');
    await expect(install(ada, 'X')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('loses it by uninstalling it; other users keep it', async () => {
    const app = await live('gone');
    await install(ada, app);
    await install(bob, app);
    expect(await uninstall(ada, app)).toEqual({ app_id: app, install_count: 1 });
    expect(await uninstall(ada, app)).toEqual({ app_id: app, install_count: 1 });
    expect(await uninstall(adaElsewhere, app)).toEqual({ app_id: app, install_count: 1 });
    expect(await harness.runs(ada, app)).toBe('app_not_installed');
    expect(await harness.runs(bob, app)).toBe(1);
    expect(await uninstall(ada, 'no-such-app')).toEqual({ app_id: 'no-such-app', install_count: 0 });
  });

  it('causes one event per change, in the order of the changes', async () => {
    const app = await live('telling');
    await install(ada, app);
    await install(adaElsewhere, app);
    await uninstall(ada, app);
    expect((await eventsOf(app)).map(({ payload }) => payload)).toEqual([
      { app_id: app, user_id: ada.user, tenant_id: 'default', installed: true, install_count: 1, sequence: 1 },
      { app_id: app, user_id: ada.user, tenant_id: 'imp_t_other', installed: true, install_count: 2, sequence: 2 },
      { app_id: app, user_id: ada.user, tenant_id: 'default', installed: false, install_count: 1, sequence: 3 },
    ]);
  });

  it('is counted once for fifty concurrent requests', async () => {
    const app = await live('fifty');
    const all = await Promise.all(Array.from({ length: 50 }, () => install(ada, app)));
    expect(new Set(all.map(({ installed_at, install_count }) => `${installed_at.toISOString()} ${install_count}`)).size).toBe(1);
    expect(all[0]).toMatchObject({ install_count: 1 });
    expect(await eventsOf(app)).toHaveLength(1);
  });

  it('is counted together with nineteen others who install it concurrently', async () => {
    const app = await live('twenty');
    const people = Array.from({ length: 20 }, (_, n) => asUser(String(n), { tenant: n % 2 ? 'default' : 'imp_t_other' }));
    await Promise.all(people.map((ctx) => install(ctx, app)));
    expect(await install(people[0]!, app)).toMatchObject({ install_count: 20 });
    const sequences = (await eventsOf(app)).map(({ payload }) => (payload as { sequence: number; install_count: number }).sequence);
    expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('leaves a correct count after concurrent installs and uninstalls', async () => {
    const app = await live('coming');
    await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? install(ada, app) : uninstall(ada, app))));
    const [row] = await harness.query(
      `select install_count::int, (select count(*)::int from install i where i.app_id = a.app_id) as rows from app a where app_id = $1`,
      [app],
    );
    expect(row?.['install_count']).toBe(row?.['rows']);
  });
});

describe('an app with an access policy', () => {
  const setPolicy = (access_policy: object | null, tenant_id = 'default') =>
    harness.call(registry.updateConfig, asService('admin'), { scope: 'app', scope_id: 'guarded', tenant_id, config: { access_policy } });
  const installGuarded = (ctx: typeof ada) => install(ctx, 'guarded');

  it('is installed only by those whom it admits, in the tenant whose policy it is', async () => {
    await harness.live('guarded');
    const [guest, member] = [asUser('guest', { role: 'guest' }), asUser('member', { scopes: ['guarded:use'] })];
    await setPolicy({ mode: 'restricted', required_scopes: ['guarded:use'] });
    expect(await codeOf(installGuarded(guest))).toBe('forbidden');
    expect(await installGuarded(member)).toMatchObject({ app_id: 'guarded' });
    await setPolicy({ mode: 'public', exceptions: { denied_roles: ['guest'] } });
    expect(await codeOf(installGuarded({ ...guest, user: 'imp_u_guest' }))).toBe('forbidden');
    expect(await installGuarded({ ...guest, tenant: 'imp_t_other' })).toMatchObject({ app_id: 'guarded' });
    await setPolicy(null);
    expect(await installGuarded(guest)).toMatchObject({ app_id: 'guarded' });
  });

  it('can be uninstalled by those whom it no longer admits', async () => {
    await setPolicy({ exceptions: { denied_users: ['imp_u_member'] } });
    const member = asUser('member');
    expect(await uninstall(member, 'guarded')).toMatchObject({ app_id: 'guarded' });
    expect(await codeOf(installGuarded(member))).toBe('forbidden');
  });
});
