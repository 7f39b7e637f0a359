import { type BrowseApps, marketplace } from '@skep/contracts/marketplace';
import { type AppApproved, portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { type AppProcess, asAnonymous, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
let registryProcess: AppProcess;
const ada = asUser('ada');
const bob = asUser('bob');
const adaElsewhere = asUser('ada', { tenant: 'imp_t_other' });
const install = (ctx: typeof ada, app_id: string) => harness.call(marketplace.installApp, ctx, { app_id });
const uninstall = (ctx: typeof ada, app_id: string) => harness.call(marketplace.uninstallApp, ctx, { app_id });
const installedMarks = async (ctx: typeof ada) =>
  Object.fromEntries((await harness.call(marketplace.browseApps, ctx, {} as BrowseApps)).rows.map((app) => [app.app_id, app.is_installed]));

const DELETE_APP = 'with approvals as (delete from approval where app_id = $1) delete from app where app_id = $1 returning 1';

/** Publishes a release at the registry, and approves it. */
async function listed(app_id: string, more: Partial<AppApproved> = {}): Promise<string> {
  const { developer_id, name, version, functions, permissions } = approval(app_id, more);
  await harness.call(registry.publishRelease, asUser('dev'), {
    app_id,
    developer_id,
    name,
    description: '',
    icon: '',
    version,
    manifest: {},
    functions,
    permissions,
  });
  await harness.approve(approval(app_id, more));
  return app_id;
}

beforeAll(async () => {
  harness = await openMarketplace();
  registryProcess = await harness.infra.startApp('registry');
});
afterAll(() => harness?.close());

describe('a user who installs an app', () => {
  it('gets a receipt, and the same one the second time', async () => {
    const app = await listed('links');
    const receipt = await install(ada, app);
    expect(receipt).toMatchObject({ app_id: app, status: 'installed', installed: true, install_count: 1 });
    expect(receipt.installed_at).toBeInstanceOf(Date);
    expect(await install(ada, app)).toEqual(receipt);
    expect(await install(bob, app)).toMatchObject({ install_count: 2 });
  });

  it('keeps an app that is delisted, can renew the consent and uninstall it; others cannot install it', async () => {
    const app = await listed('pulled');
    await install(ada, app);
    const { developer_id, tenant_id } = approval(app);
    await harness.consuming(1, () =>
      harness.publish(portal.appDelisted, { app_id: app, developer_id, tenant_id, delisted_at: new Date() }),
    );
    await expect(install(bob, app)).rejects.toMatchObject({ body: { code: 'app_not_found', status: 404 } });
    expect(await harness.call(registry.resolveCall, ada, { app_id: app })).toMatchObject({ revision: 1 });
    expect(await install(ada, app)).toMatchObject({ install_count: 1 });
    expect(await uninstall(ada, app)).toMatchObject({ installed: false });
    await expect(install(ada, app)).rejects.toMatchObject({ body: { code: 'app_not_found' } });
  });

  it('consents to the revision that the listing shows, and renews the consent by installing it again', async () => {
    const app = await listed('growing');
    await install(ada, app);
    const callable = () => harness.call(registry.resolveCall, ada, { app_id: app });
    await waitUntil('the approval at the registry', callable);
    expect(await callable()).toMatchObject({ revision: 1, permissions: ['store:write'] });
    await listed(app, { version: '2.0.0', revision: 2, permissions: ['ai:complete'] });
    expect(await callable()).toMatchObject({ revision: 1, permissions: ['store:write'] });
    expect(await install(ada, app)).toMatchObject({ install_count: 1 });
    await waitUntil('the second approval at the registry', async () => (await callable()).revision === 2);
    expect(await callable()).toMatchObject({ permissions: ['ai:complete'] });
  });

  it('can call it, and listings mark it as installed, for this user only', async () => {
    const app = await listed('marked');
    await install(ada, app);
    await waitUntil('the approval at the registry', () => harness.call(registry.resolveCall, ada, { app_id: app }));
    expect((await installedMarks(ada))[app]).toBe(true);
    expect((await installedMarks(bob))[app]).toBe(false);
    expect((await installedMarks(adaElsewhere))[app]).toBe(false);
    expect(await installedMarks(asAnonymous())).toMatchObject({ [app]: undefined });
    const [mine, other] = await Promise.all([ada, bob].map((ctx) => harness.call(marketplace.getListing, ctx, { app_id: app })));
    expect([mine?.is_installed, other?.is_installed]).toEqual([true, false]);
  });

  it('is counted in the listing', async () => {
    const app = await listed('counted');
    await install(ada, app);
    await install(adaElsewhere, app);
    const count = async () => (await harness.call(marketplace.getListing, asAnonymous(), { app_id: app })).install_count;
    await waitUntil('two installs', async () => (await count()) === 2);
    await uninstall(ada, app);
    await waitUntil('one install', async () => (await count()) === 1);
  });

  it('installs once for one Idempotency-Key', async () => {
    const app = await listed('keyed');
    const keyed = { ...ada, idempotencyKey: 'install-1' };
    const receipt = await install(keyed, app);
    await uninstall(ada, app);
    expect(await install(keyed, app)).toEqual(receipt);
    expect((await installedMarks(ada))[app]).toBe(false);
  });

  it('cannot install an app that is not listed', async () => {
    for (const change of [install, uninstall])
      await expect(change(ada, 'no-such-app')).rejects.toMatchObject({
        body: { code: 'app_not_found', status: 404, detail: 'App not found or not active' },
      });
    await expect(install(ada, '!')).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }] } });
  });

  it('cannot install an app that is listed but unknown to the registry', async () => {
    const app = 'unknown-there';
    await harness.approve(approval(app));
    await waitUntil('the approval at the registry', async () => (await harness.infra.query('registry', DELETE_APP, [app]))[0]);
    await expect(install(ada, app)).rejects.toMatchObject({ body: { code: 'app_not_found', status: 404 } });
    expect(await uninstall(ada, app)).toMatchObject({ installed: false, install_count: 0 });
  });

  it('cannot install a system app or a built-in extension', async () => {
    await harness.approve(approval('of-the-system', { system: true }));
    for (const change of [install, uninstall])
      for (const app of ['billing', 'of-the-system'])
        await expect(change(ada, app)).rejects.toMatchObject({ body: { code: 'system_app', status: 403 } });
  });
});

describe('a user who uninstalls an app', () => {
  it('gets a receipt, whether they had it or not', async () => {
    const app = await listed('gone');
    await install(ada, app);
    await install(bob, app);
    const receipt = { app_id: app, status: 'uninstalled', installed: false, install_count: 1 };
    for (let i = 0; i < 2; i++) expect(await uninstall(ada, app)).toEqual(receipt);
    expect(await uninstall(adaElsewhere, app)).toEqual(receipt);
    expect((await installedMarks(bob))[app]).toBe(true);
  });
});

describe('while the registry is down', () => {
  it('listings are returned without is_installed, and installing answers 503', async () => {
    const app = await listed('lonely');
    await registryProcess.kill('SIGKILL');
    expect((await installedMarks(ada))[app]).toBeUndefined();
    await expect(install(ada, app)).rejects.toMatchObject({ body: { code: 'unavailable', status: 503 } });
  });
});
