import { type AppApproved, portal } from '@skep/contracts/portal';
import { type MyExtension, registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
let moment = Date.now() - 1_000_000;
const ada = asUser('ada');
const bob = asUser('bob');

const install = (ctx: typeof ada, app_id: string, revision?: number) =>
  harness.call(registry.installApp, ctx, { app_id, ...(revision && { revision }) });
const callable = (ctx: typeof ada, app_id: string) => harness.call(registry.resolveCall, ctx, { app_id });
const mine = async (ctx: typeof ada, app: string) =>
  (await harness.call(registry.listMyExtensions, ctx, {})).rows.find(({ app_id }) => app_id === app) as MyExtension;
const publish = (app_id: string, version: string, permissions: string[]) =>
  harness.call(registry.publishRelease, dev, release(app_id, dev, { version, permissions }));
const liveRevision = (app_id: string) => harness.query('select live_revision from app where app_id = $1', [app_id]);

/** Publishes the approval of a revision, newer than all before, and waits until it is live. */
async function approve(app_id: string, revision: number, more: Partial<AppApproved> = {}) {
  await harness.publish(portal.appApproved, approval(app_id, dev, revision, { approved_at: new Date((moment += 1_000)), ...more }));
  await waitUntil('the approval', async () => (await liveRevision(app_id))[0]?.['live_revision'] === revision);
}

/** An app installKey releases, each approved, want these permissions; ada has installed it after the first. */
async function approvedApp(app_id: string, first: string[], ...further: string[][]) {
  await publish(app_id, '1.0.0', first);
  await approve(app_id, 1);
  await install(ada, app_id);
  for (const [i, permissions] of further.entries()) {
    await publish(app_id, `${i + 2}.0.0`, permissions);
    await approve(app_id, i + 2);
  }
}

beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

describe('a user who installs an app', () => {
  it('consents to the permissions of its approved release', async () => {
    await approvedApp('consented', ['ai:complete', 'store:write']);
    expect(await callable(ada, 'consented')).toMatchObject({ revision: 1, permissions: ['ai:complete', 'store:write'] });
    expect(await mine(ada, 'consented')).toMatchObject({
      permissions: [{ id: 'ai:complete', description: 'Use a language model, which may cost you credits.' }, { id: 'store:write' }],
      consent_needed: false,
      new_permissions: [],
    });
  });

  it('consents to the revision that was shown, whichever revision is live at the registry', async () => {
    await publish('shown', '1.0.0', ['store:read']);
    await publish('shown', '2.0.0', ['store:read', 'store:write']);
    await install(ada, 'shown', 1);
    await approve('shown', 1);
    expect(await callable(ada, 'shown')).toMatchObject({ revision: 1, permissions: ['store:read'] });
    await approve('shown', 2);
    expect(await callable(ada, 'shown')).toMatchObject({ revision: 1 });
    await install(bob, 'shown', 1);
    expect(await callable(bob, 'shown')).toMatchObject({ revision: 1, permissions: ['store:read'] });
  });

  it('loses the consent by uninstalling it', async () => {
    await approvedApp('forgotten', ['store:write']);
    await harness.call(registry.uninstallApp, ada, { app_id: 'forgotten' });
    expect(await harness.query('select from install where app_id = $1', ['forgotten'])).toEqual([]);
    await expect(callable(ada, 'forgotten')).rejects.toMatchObject({ body: { code: 'app_not_installed' } });
  });
});

describe('a release with permissions beyond the consent', () => {
  it('does not replace the previous one, and its new permissions are listed', async () => {
    await approvedApp('greedy', ['store:write'], ['ai:complete', 'call:billing:read', 'store:write']);
    expect(await callable(ada, 'greedy')).toMatchObject({ revision: 1, permissions: ['store:write'] });
    expect(await mine(ada, 'greedy')).toMatchObject({
      version: '1.0.0',
      permissions: [{ id: 'store:write' }],
      consent_needed: true,
      new_permissions: [{ id: 'ai:complete' }, { id: 'call:billing:read', description: 'Read data for you through Billing.' }],
    });
  });

  it('runs for users who install the app now, and for the others once they install it again, which counts no one twice', async () => {
    await approvedApp('asking', ['store:write'], ['chat:send', 'store:write']);
    await install(bob, 'asking');
    expect(await callable(bob, 'asking')).toMatchObject({ revision: 2 });
    const before = await mine(ada, 'asking');
    expect(await install(ada, 'asking')).toMatchObject({ installed_at: before.installed_at, install_count: 2 });
    expect(await callable(ada, 'asking')).toMatchObject({ revision: 2, permissions: ['chat:send', 'store:write'] });
    expect(await mine(ada, 'asking')).toMatchObject({ version: '2.0.0', consent_needed: false, new_permissions: [] });
  });

  it('is skipped: the newest approved release within the consent runs', async () => {
    await approvedApp('wandering', ['store:read', 'store:write'], ['store:read'], ['ai:complete']);
    expect(await callable(ada, 'wandering')).toMatchObject({ revision: 2 });
    await publish('wandering', '4.0.0', ['store:write']);
    await approve('wandering', 4);
    expect(await callable(ada, 'wandering')).toMatchObject({ revision: 4, permissions: ['store:read', 'store:write'] });
  });

  it('needs no consent of its developer, nor of any user if it is a system app', async () => {
    await approvedApp('trusted', ['store:write'], ['ai:complete']);
    await install(dev, 'trusted');
    await publish('trusted', '3.0.0', ['chat:send']);
    expect(await callable(dev, 'trusted')).toMatchObject({ revision: 3, permissions: null });
    expect(await mine(dev, 'trusted')).toMatchObject({ consent_needed: false, permissions: [{ id: 'chat:send' }] });
    await approve('trusted', 3, { system: true });
    for (const ctx of [ada, bob]) expect(await callable(ctx, 'trusted')).toMatchObject({ revision: 3, permissions: null });
    expect(await mine(ada, 'trusted')).toMatchObject({ consent_needed: false });
  });
});

describe('a release with permissions within the consent', () => {
  it('runs at once; the consent stays as it is', async () => {
    await approvedApp('modest', ['call:*:read', 'store:write'], ['call:notes:read']);
    expect(await callable(ada, 'modest')).toMatchObject({ revision: 2, permissions: ['call:*:read', 'store:write'] });
    expect(await mine(ada, 'modest')).toMatchObject({ consent_needed: false, permissions: [{ id: 'call:notes:read' }] });
  });
});

it.each([
  ['call:*:read', 'call:notes:write'],
  ['call:*:read', 'call:billing:read'],
  ['call:notes:read', 'call:*:read'],
  ['store:read', 'store:write'],
])('consent to %s does not include %s', async (consented, permission) => {
  const app = `strict-${permission}-${consented}`.replace(/[^a-z]+/g, '-');
  await approvedApp(app, [consented], [permission]);
  expect(await callable(ada, app)).toMatchObject({ revision: 1 });
});
