import { builtins } from '@skep/contracts/builtins';
import { type MyExtension, registry } from '@skep/contracts/registry';
import { asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const adaElsewhere = asUser('ada', { tenant: 'imp_t_other' });
const BUILT_IN = Object.keys(builtins);

const install = (ctx: typeof ada, app_id: string) => harness.call(registry.installApp, ctx, { app_id });
const uninstall = (ctx: typeof ada, app_id: string) => harness.call(registry.uninstallApp, ctx, { app_id });
const disable = (ctx: typeof ada, app_id: string) => harness.call(registry.disableExtension, ctx, { app_id });
const enable = (ctx: typeof ada, app_id: string) => harness.call(registry.enableExtension, ctx, { app_id });
const mine = async (ctx: typeof ada): Promise<Record<string, MyExtension>> =>
  Object.fromEntries((await harness.call(registry.listMyExtensions, ctx, {})).rows.map((extension) => [extension.app_id, extension]));
const own = async (ctx: typeof ada) => Object.keys(await mine(ctx)).filter((id) => !BUILT_IN.includes(id));
const live: RegistryHarness['live'] = (...app) => harness.live(...app);

beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

describe('a user who lists their extensions', () => {
  it('sees the built-in ones first, with the schemas of their functions', async () => {
    const { rows: all } = await harness.call(registry.listMyExtensions, asUser('new'), {});
    const system = all.slice(0, BUILT_IN.length);
    expect(system.map(({ app_id }) => app_id)).toEqual(BUILT_IN);
    for (const extension of system)
      expect(extension).toMatchObject({ system: true, is_installed: true, is_disabled: false, installed_at: null });
    const deploy = system[0]!.functions.find(({ name }) => name === 'deploy_ir');
    expect(deploy).toMatchObject({
      action_type: 'write',
      params_schema: { type: 'object', required: ['app_id', 'ir_dict'] },
    });
    expect(deploy!.description).not.toBe('');
    expect(system[0]!.tools).toEqual(system[0]!.functions);
  });

  it('gets all of them, although nine of the largest do not fit into one message', async () => {
    const collector = asUser('collector');
    const description = 'ü'.repeat(500_000);
    const functions = [{ name: 'large', description: '', params_schema: { description }, action_type: 'read' }];
    const apps = Array.from({ length: 9 }, (_, i) => `large-${i}`);
    for (const app_id of apps) {
      await live(app_id, { functions });
      await install(collector, app_id);
    }
    const all = await mine(collector);
    expect(Object.keys(all)).toEqual([...BUILT_IN, ...apps]);
    for (const app_id of apps) expect(all[app_id]!.functions[0]!.params_schema).toEqual({ description });
  });

  it('sees an installed app as it was approved; its developer sees the latest release', async () => {
    const panel = { panel_id: 'main', slot: 'left' };
    const app = await live('approved', { ir: { app: { ui: { panels: [panel] } } } });
    const { installed_at } = await install(ada, app);
    await harness.call(registry.publishRelease, dev, release(app, dev, { version: '2.0.0', name: 'Quite another name', functions: [] }));
    const { functions } = release(app, dev);
    expect((await mine(ada))[app]).toEqual({
      app_id: app,
      name: 'App approved',
      description: 'Keeps links.',
      version: '1.0.0',
      icon: 'link.svg',
      system: false,
      functions,
      tools: functions,
      panels: [panel],
      is_installed: true,
      is_disabled: false,
      is_suspended: false,
      installed_at,
      permissions: [{ id: 'store:write', description: 'Create, change and delete the data that it keeps for you.' }],
      consent_needed: false,
      new_permissions: [],
    });
    await install(dev, app);
    expect((await mine(dev))[app]).toMatchObject({
      version: '2.0.0',
      name: 'Quite another name',
      functions: [],
      is_installed: true,
    });
  });

  it('sees an app of their own once they have installed it', async () => {
    await harness.call(registry.publishRelease, bob, release('own', bob));
    expect(await own(bob)).not.toContain('own');
    await install(bob, 'own');
    expect((await mine(bob))['own']).toMatchObject({ is_installed: true });
    expect(await own(ada)).not.toContain('own');
    expect(await own(asUser('bob', { tenant: 'imp_t_other' }))).not.toContain('own');
  });

  it('does not see an installed app that is not live', async () => {
    await harness.call(registry.publishRelease, dev, release('not-live', dev));
    await install(ada, 'not-live');
    expect(await own(ada)).not.toContain('not-live');
  });

  it('has an approved system app without installing it', async () => {
    const app = await live('of-the-system', {}, { system: true });
    expect((await mine(adaElsewhere))[app]).toMatchObject({ system: true, is_installed: true });
    expect(await harness.runs(adaElsewhere, app)).toBe(1);
  });

  it('can ask which of some apps they have installed', async () => {
    const app = await live('which');
    await install(ada, app);
    const app_ids = [app, 'no-such-app', 'own'];
    expect(await harness.call(registry.listInstalledApps, ada, { app_ids })).toEqual({ app_ids: [app] });
    expect(await harness.call(registry.listInstalledApps, adaElsewhere, { app_ids })).toEqual({ app_ids: [] });
    expect(await harness.call(registry.listInstalledApps, ada, { app_ids: [] })).toEqual({ app_ids: [] });
    await expect(harness.call(registry.listInstalledApps, ada, { app_ids: 'all' as never })).rejects.toMatchObject({
      body: { status: 422 },
    });
  });
});

describe('a user who disables an app', () => {
  it('cannot call it until they enable it; both are idempotent', async () => {
    const app = await live('switch');
    await install(ada, app);
    await install(bob, app);
    for (let i = 0; i < 2; i++) expect(await disable(ada, app)).toEqual({ app_id: app, is_disabled: true });
    await expect(harness.call(registry.resolveCall, ada, { app_id: app })).rejects.toMatchObject({
      body: { code: 'app_disabled', status: 403 },
    });
    expect((await mine(ada))[app]).toMatchObject({ is_installed: true, is_disabled: true });
    expect(await harness.runs(bob, app)).toBe(1);
    for (let i = 0; i < 2; i++) expect(await enable(ada, app)).toEqual({ app_id: app, is_disabled: false });
    expect(await harness.runs(ada, app)).toBe(1);
  });

  it('has it enabled after uninstalling and installing it', async () => {
    const app = await live('anew');
    await install(ada, app);
    await disable(ada, app);
    await uninstall(ada, app);
    await install(ada, app);
    expect(await harness.runs(ada, app)).toBe(1);
  });

  it('can disable an app of their own', async () => {
    const app = await live('own-off');
    await disable(dev, app);
    expect(await harness.runs(dev, app)).toBe('app_disabled');
  });

  it('can neither disable nor enable an app that they do not have', async () => {
    const app = await live('not-mine');
    for (const change of [disable, enable])
      for (const [ctx, id] of [
        [bob, app],
        [ada, 'no-such-app'],
      ] as const)
        await expect(change(ctx, id)).rejects.toMatchObject({ body: { code: 'app_not_installed', status: 404 } });
    await expect(disable(ada, '!')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('cannot disable a built-in extension', async () => {
    await expect(disable(ada, 'billing')).rejects.toMatchObject({ body: { code: 'system_app', status: 403 } });
    expect(await enable(ada, 'billing')).toEqual({ app_id: 'billing', is_disabled: false });
  });
});

describe('a service that asks who may use which app', () => {
  const kernel = asService('kernel');
  const access = async (tenant_id?: string) =>
    Object.fromEntries(
      (await harness.call(registry.listAccess, kernel, { ...(tenant_id && { tenant_id }) } as never)).rows.map((app) => [app.app_id, app]),
    );

  it('gets the users of one tenant', async () => {
    const app = await live('who');
    await install(ada, app);
    await install(adaElsewhere, app);
    await disable(ada, app);
    expect((await access())[app]).toEqual({ app_id: app, name: 'App who', user_ids: [ada.user, dev.user], disabled_user_ids: [ada.user] });
    expect((await access('imp_t_other'))[app]).toEqual({ app_id: app, name: 'App who', user_ids: [ada.user], disabled_user_ids: [] });
    expect((await access('imp_t_empty'))[app]).toBeUndefined();
  });

  it('gets no user ids for built-in extensions and system apps: every user may use them', async () => {
    const app = await live('for-everybody', {}, { system: true });
    const all = await access('imp_t_empty');
    for (const id of [...BUILT_IN, app]) expect(all[id]).toMatchObject({ user_ids: null, disabled_user_ids: [] });
  });

  it('is refused an invalid tenant id', async () => {
    await expect(harness.call(registry.listAccess, kernel, { tenant_id: 'x'.repeat(65) })).rejects.toMatchObject({
      body: { code: 'invalid_input' },
    });
  });
});
