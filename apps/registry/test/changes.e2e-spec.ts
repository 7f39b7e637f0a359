import { auth } from '@skep/contracts/auth';
import { portal } from '@skep/contracts/portal';
import { type CallableAppChanged, registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
let heard: CallableAppChanged[] = [];
const bob = asUser('bob');
const app_id = 'told';
const suspension = { app_id, developer_id: dev.user, tenant_id: dev.tenant, reason: 'spam', changed_at: new Date() };

beforeAll(async () => {
  harness = await openRegistry();
  await harness.live(app_id);
  harness.bus.subscribe(registry.callableAppChanged, (change) => heard.push(change));
  await harness.bus.connection.flush();
});
afterAll(() => harness?.close());

describe('kernels are told that what may be called has changed', () => {
  const ofBob = { app_id, user_id: bob.user };
  const ofDev = { app_id, user_id: dev.user };
  const ofAll = { app_id };
  it.each([
    ['an install', ofBob, () => harness.call(registry.installApp, bob, { app_id })],
    ['a consent', ofBob, () => harness.call(registry.installApp, bob, { app_id, revision: 1 })],
    ['a disabled extension', ofDev, () => harness.call(registry.disableExtension, dev, { app_id })],
    ['an enabled extension', ofDev, () => harness.call(registry.enableExtension, dev, { app_id })],
    ['an uninstall', ofBob, () => harness.call(registry.uninstallApp, bob, { app_id })],
    ['a release', ofAll, () => harness.call(registry.publishRelease, dev, release(app_id, dev, { version: '2.0.0' }))],
    ['an approval, with its prices', ofAll, () => harness.publish(portal.appApproved, approval(app_id, dev, 2))],
    ['a suspension', ofAll, () => harness.publish(portal.suspensionChanged, suspension)],
    ['an erased user', {}, () => harness.publish(auth.userErased, { tenant_id: dev.tenant, user_id: dev.user })],
  ])('by %s', async (_, change, act) => {
    heard = [];
    await act();
    await waitUntil('the broadcast', () => heard.length > 0);
    expect(heard).toContainEqual(change);
  });
});
