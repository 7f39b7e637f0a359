import { type CreateApp, portal, type SyncManifest } from '@skep/contracts';
import type { Bus, Ctx, Running } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, connect, person, tooling } from './portal.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const defaults = { category: 'general', icon: '', git_url: '', pricing_model: 'free' };
const create = (ctx: Ctx, input: Pick<CreateApp, 'app_id'> & Partial<CreateApp>) =>
  bus.call(portal.createApp, ctx, { ...defaults, ...input });
const get = (ctx: Ctx, app_id: string) => bus.call(portal.getApp, ctx, { app_id });
const sync = (ctx: Ctx, input: SyncManifest) => bus.call(portal.syncManifest, ctx, input);
const status = (app_id: string, to: string) =>
  infra.query('developer-portal', 'update app set status = $2 where app_id = $1', [app_id, to]);
const notFound = { body: { code: 'no_such_app', status: 404, detail: 'App not found' } };
const ada = person('ada');
const bob = person('bob');
const elsewhere = person('ada', { tenant: 'imp_t_other' });

beforeAll(async () => {
  infra = await infrastructure();
  service = await start(await infra.env('developer-portal'));
  bus = await connect(infra);
  const developers: [Ctx, string][] = [
    [ada, 'ada'],
    [bob, 'bob'],
    [elsewhere, 'ada-elsewhere'],
  ];
  for (const [ctx, nickname] of developers) await bus.call(portal.registerDeveloper, ctx, { nickname, tier: 'explorer' });
  await create(ada, { app_id: 'link-saver', name: 'Link Saver' });
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

describe('the deploy tooling', () => {
  const icon_svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8"/></svg>';
  const manifest_json = {
    zeta: 1,
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

  it('leaves the tools alone where the manifest tells of none, whatever the app’s status', async () => {
    await status('link-saver', 'active');
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
    [{ manifest_json: { app_id: 'link-saver', version: '1.0.0', system: true } }, ['manifest_json', 'system']],
    [{ icon_svg: '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>' }, ['icon_svg']],
    [{ icon_svg: 'x'.repeat(65_537) }, ['icon_svg']],
  ])('is told what is wrong in input %#', async (input, loc) => {
    await expect(sync(tooling(), { app_id: 'link-saver', ...input })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc }] },
    });
  });

  it('is not a person, nor acts for one who does not own the app', async () => {
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
