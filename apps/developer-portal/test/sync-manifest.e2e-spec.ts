import { portal, type SyncManifest } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const create: PortalHarness['create'] = (...app) => harness.create(...app);
const get = (ctx: Ctx, app_id: string) => harness.call(portal.getApp, ctx, { app_id });
const sync = (ctx: Ctx, input: SyncManifest) => harness.call(portal.syncManifest, ctx, input);
const notFound = { body: { code: 'no_such_app', status: 404, detail: 'App not found' } };
const ada = asUser('ada');
const bob = asUser('bob');

beforeAll(async () => {
  harness = await openPortal();
  await harness.register(ada, bob);
  await create(ada, { app_id: 'link-saver', name: 'Link Saver' });
});
afterAll(() => harness?.close());

describe('the deploy tooling', () => {
  const icon_svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8"/></svg>';
  const manifest_json = {
    tags: ['links'],
    app_id: 'link-saver',
    version: '1.0.0',
    tools: [{ name: 'save', description: 'Save.', params_schema: { type: 'object' }, action_type: 'write' }, { name: '__panel__main' }],
  };

  it('stores a manifest, an icon and the system flag, and derives the tools', async () => {
    const { updated } = await sync(tooling(), { app_id: 'link-saver', icon_svg, manifest_json, system: false });
    expect(updated.sort()).toEqual(['icon_svg', 'manifest_json', 'system', 'tools_json']);
    const app = await get(ada, 'link-saver');
    expect(app.tools_json).toEqual([manifest_json.tools[0]]);
    expect(JSON.stringify(app.manifest_json)).toBe(JSON.stringify(manifest_json));
  });

  it('keeps the tools if the manifest has none, in any status of the app', async () => {
    await harness.setStatus('link-saver', 'active');
    expect(await sync(tooling(), { app_id: 'link-saver', manifest_json: { app_id: 'link-saver', version: '1.0.0' } })).toEqual({
      app_id: 'link-saver',
      updated: ['manifest_json'],
    });
    expect((await get(ada, 'link-saver')).tools_json).toHaveLength(1);
    expect(await sync(tooling(), { app_id: 'link-saver' })).toEqual({ app_id: 'link-saver', updated: [] });
  });

  it.each<[Partial<SyncManifest>, (string | number)[]]>([
    [{ manifest_json: { app_id: 'another', version: '1.0.0' } }, ['manifest_json', 'app_id']],
    [{ manifest_json: { app_id: 'link-saver' } }, ['manifest_json', 'version']],
    [{ manifest_json: { app_id: 'link-saver', version: '1.0.0', tools: [{}] } }, ['manifest_json', 'tools', 0, 'name']],
    [{ manifest_json: { app_id: 'link-saver', version: '1.0.0', schedule: [] } }, ['manifest_json', 'schedule']],
    [{ manifest_json: { app_id: 'link-saver', version: '1.0.0', system: true } }, ['manifest_json', 'system']],
    [{ icon_svg: '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>' }, ['icon_svg']],
    [{ icon_svg: 'x'.repeat(65_537) }, ['icon_svg']],
  ])('is refused with the fault of input %#', async (input, loc) => {
    await expect(sync(tooling(), { app_id: 'link-saver', ...input })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc }] },
    });
  });

  it('must be a service, and its acting user must own the app', async () => {
    for (const ctx of [ada, administrator()])
      await expect(sync(ctx, { app_id: 'link-saver', manifest_json })).rejects.toMatchObject({ body: { code: 'forbidden' } });
    await expect(sync(tooling({ user: 'imp_u_bob' }), { app_id: 'link-saver', manifest_json })).rejects.toMatchObject(notFound);
    await expect(sync(tooling({ user: 'imp_u_ada' }), { app_id: 'link-saver', system: true })).rejects.toMatchObject({
      body: { code: 'forbidden' },
    });
    await expect(
      sync(tooling(), { app_id: 'no-such-app', manifest_json: { ...manifest_json, app_id: 'no-such-app' } }),
    ).rejects.toMatchObject(notFound);
  });
});
