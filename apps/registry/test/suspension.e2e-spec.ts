import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
const ada = asUser('ada');
const bob = asUser('bob');
let moment = Date.now();

beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

/** Publishes a suspension, or with null a restoration, and waits until the registry has consumed it. */
async function change(app_id: string, reason: string | null, changed_at = new Date((moment += 1_000))): Promise<void> {
  const event = { app_id, developer_id: dev.user, tenant_id: dev.tenant, reason, changed_at };
  const id = await harness.publish(portal.suspensionChanged, event);
  await waitUntil('the change', async () => (await harness.query('select 1 from inbox where event_id = $1', [id]))[0]);
}
const install = (ctx: typeof ada, app_id: string) => harness.call(registry.installApp, ctx, { app_id });
const mine = async (app_id: string) => (await harness.call(registry.listMyExtensions, ada, {})).rows.find((one) => one.app_id === app_id);
const access = async () => (await harness.call(registry.listAccess, ada, { tenant_id: 'default' })).rows.map(({ app_id }) => app_id);
const suspended = { body: { code: 'app_suspended', status: 403 } };

it('a suspended app cannot be called, neither by users who have it nor by its developer, until it is restored', async () => {
  const app = await harness.live('called');
  await install(ada, app);
  await change(app, 'It spies.');
  for (const ctx of [ada, dev]) expect(await harness.runs(ctx, app)).toBe('app_suspended');
  expect(await harness.runs(bob, app)).toBe('app_not_installed');
  expect(await mine(app)).toMatchObject({ is_installed: true, is_suspended: true });
  expect(await access()).not.toContain(app);
  await change(app, null);
  expect([await harness.runs(ada, app), await harness.runs(dev, app)]).toEqual([1, 1]);
  expect(await mine(app)).toMatchObject({ is_installed: true, is_suspended: false });
  expect(await access()).toContain(app);
});

it('a suspended system app cannot be called either', async () => {
  const app = await harness.live('everywhere', {}, { system: true });
  await change(app, 'It spies.');
  expect(await harness.runs(bob, app)).toBe('app_suspended');
});

it('a suspended app cannot be installed nor consented to again; users who have it can uninstall it', async () => {
  const app = await harness.live('wanted');
  await install(ada, app);
  await change(app, 'It spies.');
  for (const ctx of [ada, bob]) await expect(install(ctx, app)).rejects.toMatchObject(suspended);
  expect(await harness.call(registry.uninstallApp, ada, { app_id: app })).toMatchObject({ install_count: 0 });
});

it('a release or an approval does not lift the suspension', async () => {
  const app = await harness.live('deployed');
  await change(app, 'It spies.');
  expect(await harness.call(registry.publishRelease, dev, release(app, dev, { version: '2.0.0' }))).toMatchObject({ revision: 2 });
  expect(await harness.runs(dev, app)).toBe('app_suspended');
});

it('a suspension that arrives before the first release applies to it, and an older restoration that arrives later does not lift it', async () => {
  const restored = new Date((moment += 1_000));
  await change('early', 'It spies.');
  await change('early', null, restored);
  await harness.call(registry.publishRelease, dev, release('early', dev));
  expect(await harness.runs(dev, 'early')).toBe('app_suspended');
  await change('early', null);
  expect(await harness.runs(dev, 'early')).toBe(1);
});
