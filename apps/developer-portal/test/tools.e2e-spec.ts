import { type AppSettings, portal, type SyncTools, type UpdateAppSettings } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const bob = asUser('bob');

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  await harness.register(ada, bob);
  await harness.setTier('partner');
  for (const app_id of ['synced', 'declared', 'settled', 'refused']) await harness.create(ada, { app_id, name: 'Notes' });
});
afterAll(() => harness?.close());

const tool = (activity: string, name: string, more = {}) => ({ activity, name, description: `Does ${name}.`, domains: ['notes'], ...more });
/** As clients send it: without what has a default. */
type Sent = { tools?: object[]; skeleton_sections?: object[]; version?: string };
const sync = (app_id: string, input: Sent, ctx: Ctx = ada) => harness.call(portal.syncTools, ctx, { app_id, ...input } as SyncTools);
const read = (app_id: string) => harness.call(portal.getTools, ada, { app_id });
const section = { section_name: 'inbox', refresh_activity: 'refresh_inbox', alert_activity: null, ttl: 300, alert_on_change: false };

describe('a sync', () => {
  it('releases the tools for the developer of the app, and they are read back as they were sent', async () => {
    const impl = { kind: 'http', url: 'https://notes.example.com/add' };
    const sent = [
      tool('tool_add_note', 'Add Note', {
        required_scopes: ['store:write'],
        action_type: 'write',
        impl,
        endpoint: 'https://notes.example.com',
      }),
      tool('tool_list', 'List', { params_schema: { type: 'object', properties: { limit: { type: 'integer' } } } }),
    ];
    expect(await sync('synced', { tools: sent, skeleton_sections: [section], version: '1.1.0' })).toEqual({
      ...{ app_id: 'synced', version: '1.1.0', tools_registered: 2, tools_count: 2, skeleton_sections_count: 1 },
      ...{ status: 'registered', domains: ['notes'] },
    });
    const { tools, skeleton_sections, version } = await read('synced');
    expect(version).toBe('1.1.0');
    expect(tools).toMatchObject([
      { ...sent[0], function: 'add_note' },
      { ...sent[1], function: 'list', required_scopes: [] },
    ]);
    expect(skeleton_sections).toEqual([{ ...section, name: 'inbox' }]);
    const release = await harness.call(registry.getRelease, tooling(), { app_id: 'synced', revision: 1 });
    expect(release.functions.map(({ name }) => name)).toEqual(['add_note', 'list']);
    expect(release.manifest).toMatchObject({
      tools: [{ name: 'add_note', title: 'Add Note', impl, endpoint: 'https://notes.example.com' }, {}],
    });
    const [deploy] = (await harness.call(portal.listDeploys, ada, { app_id: 'synced' })).rows;
    expect(deploy).toMatchObject({ version: '1.1.0', status: 'success' });
    expect(release.ir).toMatchObject({ app: { functions: [{ name: 'add_note', impl }] } });
  });

  it('removes what a list leaves out, and keeps a list that is left out', async () => {
    await sync('synced', { tools: [tool('tool_two', 'Two')] });
    expect(await read('synced')).toMatchObject({ tools: [{ function: 'two' }], skeleton_sections: [{ name: 'inbox' }] });
    await sync('synced', { skeleton_sections: [{ name: 'outbox', refresh_activity: 'refresh_outbox', ttl: 60 }] });
    expect(await read('synced')).toMatchObject({ tools: [{ function: 'two' }], skeleton_sections: [{ section_name: 'outbox', ttl: 60 }] });
    await sync('synced', { tools: [], skeleton_sections: [] });
    expect(await read('synced')).toMatchObject({ tools: [], skeleton_sections: [] });
  });

  it('with the same content again releases nothing new', async () => {
    const tools = [tool('tool_one', 'One')];
    await sync('synced', { tools });
    const before = (await harness.call(portal.getApp, ada, { app_id: 'synced' })).revision;
    await sync('synced', { tools });
    expect((await harness.call(portal.getApp, ada, { app_id: 'synced' })).revision).toBe(before);
  });

  it('names a tool after its name if it has no activity', async () => {
    await sync('synced', { tools: [{ name: 'Save a Link' }] });
    expect((await read('synced')).tools).toMatchObject([{ activity: 'tool_save_a_link', function: 'save_a_link', name: 'Save a Link' }]);
  });

  it.each<[string, object, (string | number)[]]>([
    ['a tool without a name', { tools: [{}] }, ['tools', 0, 'name']],
    ['an activity that no function can have', { tools: [tool('tool_a b', 'A')] }, ['tools', 0, 'activity']],
    ['two tools of one activity', { tools: [tool('tool_a', 'A'), tool('tool_a', 'B')] }, ['tools', 1, 'activity']],
    ['a section without a name', { skeleton_sections: [{ ttl: 1 }] }, ['skeleton_sections', 0, 'section_name']],
    ['two sections of one name', { skeleton_sections: [section, section] }, ['skeleton_sections', 1, 'section_name']],
    ['a version that is none', { tools: [], version: 'new' }, ['version']],
  ])('of %s is refused', async (_, input, loc) => {
    const { body } = await problemOf(sync('refused', input));
    expect([body.code, body.detail]).toEqual(['invalid_input', [expect.objectContaining({ loc })]]);
    expect(await read('refused')).toMatchObject({ tools: [], version: '' });
  });

  it('is refused for an app with an IR, whose functions can be read', async () => {
    await harness.deployIr(ada, 'declared');
    expect(await codeOf(sync('declared', { tools: [] }))).toBe('conflict');
    expect((await read('declared')).tools).toMatchObject([{ activity: 'tool_save_link', name: 'save_link', domains: [] }, {}]);
  });

  it('is refused for an app of another developer, and for an unknown one', async () => {
    expect(await codeOf(sync('synced', { tools: [] }, bob))).toBe('no_such_app');
    expect(await codeOf(sync('unknown', { tools: [] }))).toBe('no_such_app');
  });
});

describe('the settings of an app', () => {
  const put = (sections: Partial<UpdateAppSettings>, ctx: Ctx = ada) =>
    harness.call(portal.updateAppSettings, ctx, { app_id: 'settled', ...sections });
  const get = (ctx: Ctx = ada): Promise<AppSettings> => harness.call(portal.getAppSettings, ctx, { app_id: 'settled' });

  it('are merged deeply, over those of the platform and the tenant', async () => {
    expect(await get()).toEqual({
      ...{ general: {}, models: {}, persona: {}, alerts: {}, router: {}, session: {}, monitoring: {}, ui: {}, skeleton: {} },
    });
    const platform = { scope: 'platform' as const, scope_id: 'platform', config: { general: { greeting: 'hi', lang: 'en' } } };
    await harness.call(registry.updateConfig, { ...tooling(), tenant: '' }, platform);
    expect(await put({ general: { greeting: 'hello', deep: { a: 1 } } })).toEqual({
      ...{ message: expect.any(String), updated_sections: ['general'], skeleton_reloaded: false },
    });
    expect(await put({ general: { deep: { b: 2 } }, skeleton: { ttl: 1 } }, tooling())).toMatchObject({
      ...{ updated_sections: ['general', 'skeleton'], skeleton_reloaded: true },
    });
    expect(await get()).toMatchObject({ general: { greeting: 'hello', lang: 'en', deep: { a: 1, b: 2 } }, skeleton: { ttl: 1 } });
  });

  it('that cannot be stored are refused with their place', async () => {
    const named = JSON.parse('{"a":{"constructor":1}}') as Record<string, unknown>;
    expect((await problemOf(put({ router: named }))).body.detail).toEqual([
      expect.objectContaining({ loc: ['router', 'a', 'constructor'] }),
    ]);
    expect(await put({})).toMatchObject({ updated_sections: [] });
  });

  it('of another developer’s app cannot be read or changed', async () => {
    expect(await codeOf(get(bob))).toBe('no_such_app');
    expect(await codeOf(put({ general: { a: 1 } }, bob))).toBe('no_such_app');
  });
});
