import { type CreateApp, portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const create: PortalHarness['create'] = (...app) => harness.create(...app);
const get = (ctx: Ctx, app_id: string) => harness.call(portal.getApp, ctx, { app_id });
const notFound = { body: { code: 'no_such_app', status: 404, detail: 'App not found' } };
const ada = asUser('ada');
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'imp_t_other' });
const elsewhere = asUser('ada', { tenant: 'imp_t_other' });

beforeAll(async () => {
  harness = await openPortal(['billing', 'registry']);
  await harness.register(ada, bob, zoe);
  await harness.setTier('partner', 'imp_u_ada');
});
afterAll(() => harness?.close());

describe('creating an app', () => {
  it('creates a draft, and returns every published field name', async () => {
    const app = await create(ada, {
      app_id: 'link-saver',
      name: 'Link Saver',
      short_description: 'Keeps links.',
      category: 'productivity',
    });
    expect(app).toMatchObject({
      app_id: 'link-saver',
      developer_id: 'imp_u_ada',
      name: 'Link Saver',
      display_name: 'Link Saver',
      short_description: 'Keeps links.',
      description: 'Keeps links.',
      category: 'productivity',
      status: 'draft',
      reject_reason: null,
      reject_codes: [],
      pricing_model: 'free',
      pricing_config: null,
      tools_json: [],
      manifest_json: {},
      submitted_at: null,
    });
    expect(app.created_at).toBeInstanceOf(Date);
    expect(await get(ada, 'link-saver')).toEqual(app);
    expect((await harness.call(portal.getProfile, ada, {})).apps_count).toBe(1);
  });

  it('accepts the fields of older clients', async () => {
    const app = await create(ada, { app_id: 'older', display_name: 'Older', description: 'Long.', git_url: 'https://git.example/older' });
    expect(app).toMatchObject({ name: 'Older', short_description: 'Long.', description: 'Long.', git_url: 'https://git.example/older' });
  });

  it('accepts the name of a category, and another spelling of its id', async () => {
    expect(await create(ada, { app_id: 'tool-one', name: 'Tool', category: 'Developer Tools' })).toMatchObject({
      category: 'developer-tools',
    });
    expect(await create(ada, { app_id: 'tool-two', name: 'Tool', category: 'developer_tools' })).toMatchObject({
      category: 'developer-tools',
    });
  });

  it.each([
    ['explorer', 70, 1],
    ['indie', 80, 3],
    ['studio', 85, 10],
    ['partner', 95, 12],
  ])('gives a developer of tier %s %d percent', async (name, split, apps) => {
    const developer = asUser(`dev-${name}`);
    await harness.call(portal.registerDeveloper, developer, { nickname: `dev-${name}`, tier: 'explorer' });
    await harness.setTier(name, developer.user);
    for (let n = 1; n <= apps; n++)
      expect(await create(developer, { app_id: `${name}-${n}`, name })).toMatchObject({ revenue_split_dev: split });
    const more = create(developer, { app_id: `${name}-more`, name });
    if (name === 'partner') await expect(more).resolves.toMatchObject({ status: 'draft' });
    else
      await expect(more).rejects.toMatchObject({
        body: {
          code: 'app_cap_reached',
          status: 403,
          detail: expect.stringMatching(/DELETE \/v1\/developer\/apps\/\{app_id\}.*PUT \/v1\/developer\/tier/),
        },
      });
  });

  it('enforces the app limit for concurrent requests', async () => {
    const developer = asUser('hasty');
    await harness.call(portal.registerDeveloper, developer, { nickname: 'hasty', tier: 'explorer' });
    const made = await Promise.allSettled([1, 2, 3].map((n) => create(developer, { app_id: `hasty-${n}`, name: 'Hasty' })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['link-saver', bob],
    ['link-saver', zoe],
    ['billing', bob],
    ['hello-world', bob],
    ['auth', bob],
    ['system', bob],
    ['store', bob],
  ])('refuses the id %s, which is taken or reserved', async (app_id, ctx) => {
    await expect(create(ctx, { app_id, name: 'Mine' })).rejects.toMatchObject({
      body: { code: 'app_id_taken', status: 409, detail: `App ID '${app_id}' is already in use` },
    });
  });

  it('reports the taken id, not the app limit, when it is repeated', async () => {
    await create(bob, { app_id: 'bobs-app', name: 'Bob' });
    await expect(create(bob, { app_id: 'bobs-app', name: 'Bob' })).rejects.toMatchObject({ body: { code: 'app_id_taken' } });
    await expect(create(bob, { app_id: 'bobs-second', name: 'Bob' })).rejects.toMatchObject({ body: { code: 'app_cap_reached' } });
  });

  it('gives an id to one of two developers who request it concurrently', async () => {
    const made = await Promise.allSettled([ada, zoe].map((ctx) => create(ctx, { app_id: 'wanted', name: 'Wanted' })));
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { body: { code: 'app_id_taken' } } });
  });

  it('requires a developer', async () => {
    await expect(create(asUser('nobody'), { app_id: 'nobodys', name: 'Mine' })).rejects.toMatchObject({
      body: { code: 'not_a_developer' },
    });
    await expect(create(tooling(), { app_id: 'nobodys', name: 'Mine' })).rejects.toMatchObject({ body: { code: 'not_a_developer' } });
  });

  it.each<[Pick<CreateApp, 'app_id'> & Partial<CreateApp>, string[][]]>([
    [{ app_id: 'Nice_App', name: 'x' }, [['app_id']]],
    [{ app_id: 'unnamed' }, [['name'], ['display_name']]],
    [{ app_id: 'blank', name: '   ' }, [['name'], ['display_name']]],
    [{ app_id: 'priced', name: 'x', pricing_config: { tool_prices: { a: 1 } } }, [['pricing_config', 'tool_prices']]],
    [
      { app_id: 'priced', name: 'x', pricing_model: 'per_action', pricing_config: { tool_prices: { a: -1 } } },
      [['pricing_config', 'tool_prices', 'a']],
    ],
    [{ app_id: 'priced', name: 'x', pricing_model: 'barter' }, [['pricing_model']]],
    [{ app_id: 'linked', name: 'x', icon: 'javascript:alert(1)' }, [['icon']]],
    [{ app_id: 'linked', name: 'x', icon: 'file:///etc/passwd', git_url: 'file:///etc/passwd' }, [['icon'], ['git_url']]],
    [{ app_id: 'linked', name: 'x', git_url: 'javascript:alert(1)' }, [['git_url']]],
    [{ app_id: 'linked', name: 'x', icon: '<svg onload="alert(1)"/>' }, [['icon']]],
    [{ app_id: 'sorted', name: 'x', category: 'no-such-category' }, [['category']]],
  ])('reports the faults of %j', async (input, locs) => {
    await expect(create(ada, input)).rejects.toMatchObject({ body: { code: 'invalid_input', detail: locs.map((loc) => ({ loc })) } });
  });
});

describe('reading apps', () => {
  it('lists the caller’s apps, oldest first', async () => {
    expect((await harness.call(portal.listApps, bob, {})).rows.map(({ app_id }) => app_id)).toEqual(['bobs-app']);
    expect((await harness.call(portal.listApps, ada, {})).rows.map(({ app_id }) => app_id).slice(0, 2)).toEqual(['link-saver', 'older']);
    expect(await harness.call(portal.listApps, asUser('nobody'), {})).toEqual({ rows: [], total: 0 });
  });

  it('returns neither another developer’s app nor that it exists', async () => {
    for (const ctx of [bob, zoe, elsewhere, administrator(), tooling({ user: 'imp_u_bob' })])
      await expect(get(ctx, 'link-saver')).rejects.toMatchObject(notFound);
    await expect(get(ada, 'no-such-app')).rejects.toMatchObject(notFound);
  });

  it('returns any app to a service without an acting user, and the acting user’s apps to a service with one', async () => {
    expect(await get(tooling(), 'link-saver')).toMatchObject({ developer_id: 'imp_u_ada' });
    expect(await get(tooling({ tenant: '' }), 'bobs-app')).toMatchObject({ developer_id: 'imp_u_bob' });
    expect(await get(tooling({ user: 'imp_u_bob' }), 'bobs-app')).toMatchObject({ app_id: 'bobs-app' });
  });
});
