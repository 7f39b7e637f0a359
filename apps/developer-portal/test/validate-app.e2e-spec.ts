import { portal } from '@skep/contracts/portal';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { irOf, linkSaver, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const validate = (ir_dict: Record<string, unknown>, manifest_json?: Record<string, unknown>, app_id = 'links') =>
  harness.call(portal.validateApp, ada, { app_id, ir_dict, ...(manifest_json && { manifest_json }) });

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  await harness.register(ada);
});
afterAll(() => harness?.close());

describe('checking an app', () => {
  it('says what users are asked for, and stores nothing', async () => {
    expect(await validate(irOf('links'), { app_id: 'links', version: '1.0.0' })).toEqual({
      ...{ faults: [], warnings: [], version: '1.0.0' },
      permissions: ['store:read', 'store:write'].map((id) => expect.objectContaining({ id })),
    });
    expect((await harness.call(portal.listApps, ada, {})).rows).toEqual([]);
  });

  it('names the place of each fault of the IR and the manifest', async () => {
    const wrong = irOf('links');
    wrong.app.functions[0]!.impl.steps[0]!.op = 'store.explode';
    const { faults, version, permissions } = await validate(wrong, { app_id: 'links', version: '1.0.0', webhooks: [{ path: 'orders' }] });
    expect(faults).toMatchObject([
      { source: 'ir', path: 'app.functions.0.impl.steps.0.op', code: 'unknown-op', message: expect.stringContaining('store.explode') },
      { source: 'manifest', path: 'webhooks.0.path', message: expect.stringContaining("starts with '/'") },
    ]);
    expect([version, permissions]).toEqual(['', []]);
  });

  it('warns as the deploy would, by the manifest of the app if none is sent', async () => {
    await harness.create(ada, { app_id: 'links', ...linkSaver });
    const hooked = { app_id: 'links', version: '1.0.0', webhooks: [{ path: '/orders' }] };
    const { warnings } = await harness.deployIr(ada, 'links', irOf('links'), { manifest_json: hooked });
    expect(warnings).toMatchObject([{ path: 'app.functions', message: "no function '__webhook__orders' answers the webhook '/orders'" }]);
    expect((await validate(irOf('links'))).warnings).toEqual(warnings);
    expect((await validate(irOf('links'), { app_id: 'links', version: '1.0.0' })).warnings).toEqual([]);
  });

  it('refuses an IR that is nested too deeply', async () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 100; level++) deep = { deep };
    expect((await validate(deep)).faults).toMatchObject([{ source: 'ir', path: '', message: expect.stringContaining('64 levels') }]);
  });
});

describe('the manifest of a deploy', () => {
  it('becomes that of the app, with what the IR defines', async () => {
    const secrets = [{ name: 'token', description: 'A token', required: true, write_mode: 'user' }];
    await harness.deployIr(ada, 'links', irOf('links', '1.1.0'), { manifest_json: { app_id: 'links', version: '0.0.1', secrets } });
    const { manifest_json } = await harness.call(portal.getApp, ada, { app_id: 'links' });
    expect(manifest_json).toMatchObject({ version: '1.1.0', secrets, tools: [{ name: 'save_link' }, { name: 'list_links' }] });
    expect(manifest_json).not.toHaveProperty('webhooks');
    await harness.deployIr(ada, 'links', irOf('links', '1.2.0'));
    expect((await harness.call(portal.getApp, ada, { app_id: 'links' })).manifest_json).toMatchObject({ version: '1.2.0', secrets });
  });

  it('that is not valid is refused with the place of each fault, and nothing is deployed', async () => {
    const before = await harness.call(portal.listDeploys, ada, { app_id: 'links' });
    const system = { app_id: 'links', version: '1.0.0', system: true };
    await expect(harness.deployIr(ada, 'links', irOf('links', '9.0.0'), { manifest_json: system })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['manifest_json', 'system'] }] },
    });
    expect(await harness.call(portal.listDeploys, ada, { app_id: 'links' })).toEqual(before);
  });
});
