import { portal, type SuspensionChanged } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
const zoe = (): Ctx => bob({ user: 'imp_u_zoe' });
const CALLS = 12;

/** Publishes and approves a revision of an app. */
async function approve(app_id: string, revision: number, more: object = {}) {
  await harness.publishApp(app_id, [fn(`find_${revision}`, [{ id: 's1', op: 'store.list', args: { kind: 'note' } }])]);
  const listed = { name: app_id, short_description: '', category: '', icon: '', tags: [], system: false, functions: [], permissions: [] };
  const release = { app_id, developer_id: 'imp_u_ada', tenant_id: 'default', revision, version: '1.0.0' };
  const terms = { pricing_model: 'free', pricing_config: null, ...more };
  await harness.publish(portal.appApproved, { ...release, ...listed, ...terms, approved_at: new Date() });
  const live = `select from app where app_id = $1 and live_revision = $2`;
  await waitUntil('the approval', async () => (await harness.infra.query('registry', live, [app_id, revision]))[0]);
}
/** Calls a function of an app so often that each kernel gets calls. Returns the outcomes, each once. */
async function outcomes(app_id: string, name = 'find_1'): Promise<unknown[]> {
  const calls = Array.from({ length: CALLS }, () =>
    harness.run(app_id, name, {}, zoe()).then(
      ({ status, error_code }) => error_code ?? status,
      (error: { body: { code: string } }) => error.body.code,
    ),
  );
  return [...new Set(await Promise.all(calls))];
}
const suspend = (app_id: string, reason: string | null) => {
  const change: SuspensionChanged = { app_id, developer_id: 'imp_u_ada', tenant_id: 'default', reason, changed_at: new Date() };
  return harness.publish(portal.suspensionChanged, change);
};
const installed = async (app_id: string) => {
  await approve(app_id, 1);
  await harness.call(registry.installApp, zoe(), { app_id });
  expect(await outcomes(app_id)).toEqual(['success']);
};

beforeAll(async () => {
  harness = await startKernel();
  await harness.infra.startApp('kernel');
});
afterAll(() => harness?.close());

describe('both of two kernels learn at once', () => {
  it('that a user has uninstalled an app, and installed it again', async () => {
    await installed('gone');
    await harness.call(registry.uninstallApp, zoe(), { app_id: 'gone' });
    expect(await outcomes('gone')).toEqual(['app_not_installed']);
    await harness.call(registry.installApp, zoe(), { app_id: 'gone' });
    expect(await outcomes('gone')).toEqual(['success']);
  });

  it('that a user has turned an app off', async () => {
    await installed('off');
    await harness.call(registry.disableExtension, zoe(), { app_id: 'off' });
    expect(await outcomes('off')).toEqual(['app_disabled']);
    await harness.call(registry.enableExtension, zoe(), { app_id: 'off' });
    expect(await outcomes('off')).toEqual(['success']);
  });

  it('that the access policy of an app has changed', async () => {
    await installed('kept-apart');
    const setPolicy = (access_policy: object | null) =>
      harness.call(registry.updateConfig, asService('admin'), { scope: 'app', scope_id: 'kept-apart', config: { access_policy } });
    for (const policy of [
      { exceptions: { denied_users: ['imp_u_zoe'] } },
      { exceptions: { denied_users: [], denied_roles: [zoe().role] } },
      { mode: 'restricted', required_scopes: ['apart:use'], exceptions: null },
    ]) {
      await setPolicy(policy);
      expect([policy, await outcomes('kept-apart')]).toEqual([policy, ['forbidden']]);
    }
    await setPolicy(null);
    expect(await outcomes('kept-apart')).toEqual(['success']);
  });

  it('that an administrator has suspended an app', async () => {
    await installed('bad');
    await suspend('bad', 'spam');
    await waitUntil('the suspension', async () => (await outcomes('bad')).includes('app_suspended'), 10_000);
    expect(await outcomes('bad')).toEqual(['app_suspended']);
  });

  it('that a release was approved', async () => {
    await installed('newer');
    await approve('newer', 2);
    await waitUntil('the release', async () => (await outcomes('newer', 'find_2')).includes('success'), 10_000);
    expect(await outcomes('newer', 'find_2')).toEqual(['success']);
  });
});

it('a change of which no kernel is told takes effect within two seconds', async () => {
  await installed('untold');
  await harness.infra.query('registry', `update app set suspended = true where app_id = 'untold'`);
  await waitUntil('the suspension', async () => (await outcomes('untold')).every((outcome) => outcome === 'app_suspended'), 5_000);
});
