import { type CatalogQuery, registry } from '@skep/contracts/registry';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asService, asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
const service = asService('worker', { tenant: 'default' });
const ada = asUser('ada');
const bob = asUser('bob', { tenant: 'imp_t_other' });

const fn = (name: string, description: string) => ({ name, description, params_schema: { type: 'object' }, action_type: 'read' });
const APPS = {
  weather: [fn('get_forecast', 'Tells the weather of the next days for a place.')],
  links: [fn('save_link', 'Saves a bookmark for later.'), fn('find_link', 'Finds saved bookmarks by their words.')],
  calendar: [fn('add_meeting', 'Adds an appointment to the calendar.')],
};

beforeAll(async () => {
  harness = await openRegistry(['auth-gateway', 'models']);
  for (const [app_id, functions] of Object.entries(APPS)) await harness.live(app_id, { functions }, { functions });
});
afterAll(() => harness?.close());

const catalog = async (query: Partial<CatalogQuery> = {}, ctx: Ctx = service) =>
  (await harness.call(registry.getCatalog, ctx, { limit: 200, ...query })).rows;
const own = async (ctx: Ctx, query: Partial<CatalogQuery> = {}) =>
  (await harness.call(registry.listCatalogTools, ctx, { limit: 200, ...query })).rows.map(({ name }) => name);
const names = async (query: Partial<CatalogQuery> = {}, ctx: Ctx = service) => (await catalog(query, ctx)).map(({ name }) => name);
const hasVectors = () => waitUntil('the vectors', async () => (await catalog()).every(({ embedding }) => embedding !== null));
const suspension = (app_id: string, reason: string | null, changed_at = new Date()) =>
  harness.publish(portal.suspensionChanged, { app_id, developer_id: dev.user, tenant_id: 'default', reason, changed_at });
const becomes = (expected: string[]) => waitUntil(`the catalogue to have ${expected}`, async () => `${await names()}` === `${expected}`);
const ALL = ['add_meeting', 'find_link', 'save_link', 'get_forecast'];

describe('the catalogue', () => {
  it('has the tools of all approved apps, by app and name, each with its vector', async () => {
    await hasVectors();
    const tools = await catalog();
    expect(tools.map(({ name }) => name)).toEqual(ALL);
    expect(tools[0]).toMatchObject({
      ...{ app_id: 'calendar', app_name: 'App calendar', name: 'add_meeting', activity: 'tool_add_meeting', action_type: 'read' },
      ...{ description: APPS.calendar[0]!.description, params_schema: { type: 'object' }, permissions: ['store:write'], score: null },
      embedding_model: 'hash',
    });
    for (const { embedding } of tools) expect(Math.hypot(...embedding!)).toBeCloseTo(1, 3);
  });

  it('has at most as many as are asked for', async () => {
    const { rows, total } = await harness.call(registry.getCatalog, service, { limit: 3 });
    expect([rows.length, total]).toEqual([3, 4]);
  });

  it('has no tool of an app that waits for its approval, nor of a newer release than the approved one', async () => {
    await harness.call(registry.publishRelease, dev, release('waiting', dev, { functions: [fn('wait', 'Waits.')] }));
    await harness.call(
      registry.publishRelease,
      dev,
      release('weather', dev, { version: '1.1.0', functions: [fn('get_storms', 'Tells storms.')] }),
    );
    expect(await names()).toEqual(ALL);
  });

  it('follows the approved release: a changed tool gets a new vector, and one that is gone is removed', async () => {
    const functions = [fn('save_link', 'Stores an address.'), fn('share_link', 'Sends a bookmark.')];
    const before = (await catalog()).find(({ name }) => name === 'save_link')!.embedding;
    await harness.call(registry.publishRelease, dev, release('links', dev, { version: '2.0.0', functions }));
    await harness.publish(portal.appApproved, approval('links', dev, 2, { functions, version: '2.0.0' }));
    await becomes(['add_meeting', 'save_link', 'share_link', 'get_forecast']);
    await hasVectors();
    expect((await catalog()).find(({ name }) => name === 'save_link')!.embedding).not.toEqual(before);
  });

  it('has no tool of an app that is suspended or was taken out of the marketplace, until it is restored or approved again', async () => {
    await suspension('calendar', 'It spies.');
    await becomes(['save_link', 'share_link', 'get_forecast']);
    expect(await names({ search: 'appointment' })).toEqual([]);
    await suspension('calendar', null);
    await becomes(['add_meeting', 'save_link', 'share_link', 'get_forecast']);
    const delisted = { app_id: 'calendar', developer_id: dev.user, tenant_id: 'default', delisted_at: new Date() };
    await harness.publish(portal.appDelisted, delisted);
    await becomes(['save_link', 'share_link', 'get_forecast']);
    await harness.publish(portal.appApproved, approval('calendar', dev, 1, { approved_at: new Date() }));
    await becomes(['add_meeting', 'save_link', 'share_link', 'get_forecast']);
  });
});

describe('a search of the catalogue', () => {
  it('finds tools by their words, and ranks those higher that mean the same', async () => {
    await hasVectors();
    expect(await names({ search: 'weather forecasts' })).toEqual(['get_forecast']);
    const found = await catalog({ search: 'send a bookmark' });
    expect(found[0]).toMatchObject({ name: 'share_link' });
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b! - a!));
  });

  it('returns at most as many as are asked for, and none for words that no tool has', async () => {
    expect(await names({ search: 'links', limit: 1 })).toHaveLength(1);
    for (const search of ['zeppelin', 'the', '!']) expect([search, await names({ search })]).toEqual([search, []]);
    expect(await codeOf(catalog({ search: 'x'.repeat(501) }))).toBe('invalid_input');
    expect(await codeOf(catalog({ limit: 201 }))).toBe('invalid_input');
  });
});

describe('the tools of a person’s apps', () => {
  it('are those that they have installed; a service gets all that are listed', async () => {
    await harness.call(registry.installApp, ada, { app_id: 'weather' });
    expect(await own(ada)).toEqual(['get_forecast']);
    expect(await own(bob)).toEqual([]);
    expect(await own({ ...ada, tenant: 'imp_t_other' })).toEqual([]);
    expect(await own(service)).toEqual(await names());
  });

  it('are found by meaning too, and only among their own', async () => {
    await hasVectors();
    for (const app_id of ['weather', 'links']) await harness.call(registry.installApp, ada, { app_id });
    expect(await own(ada, { search: 'forecasting' })).toEqual(['get_forecast']);
    expect(await own(ada, { search: 'appointment' })).toEqual([]);
    expect(await own(bob, { search: 'weather' })).toEqual([]);
  });

  it('are not those of a suspended app', async () => {
    await suspension('weather', 'It spies.');
    await waitUntil('the suspension', async () => !(await own(ada)).includes('get_forecast'));
    expect(await own(ada, { search: 'weather' })).toEqual([]);
  });
});

it('the next approval also computes vectors that are missing', async () => {
  await harness.query(`update catalog_tool set embedding = null where name = 'save_link'`);
  await harness.live('late', { functions: [fn('late_tool', 'Comes late.')] });
  await hasVectors();
});
