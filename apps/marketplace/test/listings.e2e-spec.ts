import type { Fault } from '@skep/contracts';
import { type BrowseApps, marketplace, SORTS } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { asAnonymous, asUser, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const DAY = 86_400_000;
const all = Array.from({ length: 60 }, (_, n) => `app-${String(n).padStart(2, '0')}`);
const browse = (query: object, ctx = asAnonymous()) => harness.call(marketplace.browseApps, ctx, query as BrowseApps);
const get = (app_id: string) => harness.call(marketplace.getListing, asAnonymous(), { app_id });
const faulty = async (query: object) => {
  const { code, detail } = (await problemOf(browse(query))).body;
  return [code, ...(detail as Fault[]).map(({ loc }) => loc[0])];
};
const onDay = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * DAY);

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(
    ...all.map((id, n) =>
      approval(id, { name: `${n % 2 ? 'b' : 'A'}pp ${n % 3}`, category: n < 45 ? 'developer-tools' : 'office', approved_at: onDay(n) }),
    ),
  );
});
afterAll(() => harness?.close());

describe('a page of listings', () => {
  it('has twenty of them by default, and reports the total', async () => {
    const { rows, total } = await browse({});
    expect([rows.length, total]).toEqual([20, 60]);
    expect(rows[0]).toEqual({
      app_id: 'app-00',
      name: 'App 0',
      display_name: 'App 0',
      short_description: 'An app.',
      category: 'developer-tools',
      install_count: 0,
      rating: 0,
      avg_rating: 0,
      review_count: 0,
      developer_id: 'imp_u_dev',
      is_verified: false,
      icon_url: 'https://icons.example/app.svg',
      pricing_model: 'free',
      version: '1.0.0',
      tags: [],
      system: false,
      featured: false,
    });
  });

  it.each(SORTS)('has the same order for any page size, sorted by %s', async (sort) => {
    const whole = (await harness.ids({ sort, limit: 100 })).ids;
    expect([...whole].sort()).toEqual(all);
    const byOffset = await Promise.all([0, 25, 50].map((offset) => harness.ids({ sort, limit: 25, offset })));
    const byPage = await Promise.all([1, 2, 3].map((page) => harness.ids({ sort, per_page: 25, page })));
    expect(byOffset.flatMap(({ ids }) => ids)).toEqual(whole);
    expect(byPage).toEqual(byOffset);
    expect(byPage.map(({ total }) => total)).toEqual([60, 60, 60]);
  });

  it('sorted by name ignores case, and sorts equal names by id', async () => {
    const names = (await browse({ sort: 'name', limit: 100 })).rows.map(({ name, app_id }) => `${name.toLowerCase()} ${app_id}`);
    expect(names).toEqual([...names].sort());
  });

  it('sorted by newest begins with the listing published last', async () => {
    expect((await harness.ids({ sort: 'newest', limit: 2 })).ids).toEqual(['app-59', 'app-58']);
  });

  it('prefers page numbers over an offset, and is empty after the last page', async () => {
    expect((await harness.ids({ page: 2, per_page: 10, limit: 3, offset: 7 })).ids).toEqual(all.slice(10, 20));
    expect((await harness.ids({ page: 2 })).ids).toEqual(all.slice(20, 40));
    expect((await harness.ids({ per_page: 5 })).ids).toEqual(all.slice(0, 5));
    expect(await harness.ids({ page: 200, per_page: 50 })).toEqual({ ids: [], total: 60 });
  });

  it('is refused with invalid limits', async () => {
    expect(await faulty({ limit: 0 })).toEqual(['invalid_input', 'limit']);
    expect(await faulty({ limit: 101, offset: -1 })).toEqual(['invalid_input', 'limit', 'offset']);
    expect(await faulty({ page: 0, per_page: 51, sort: 'best' })).toEqual(['invalid_input', 'sort', 'page', 'per_page']);
    expect(await faulty({ category: 'x'.repeat(51) })).toEqual(['invalid_input', 'category']);
  });

  it('can be filtered by category', async () => {
    expect(await harness.ids({ category: 'office', limit: 50 })).toEqual({ ids: all.slice(45), total: 15 });
    expect(await harness.ids({ category: 'none' })).toEqual({ ids: [], total: 0 });
  });

  it('is returned without is_installed while the registry is down', async () => {
    const { rows } = await browse({ limit: 3 }, asUser('ada'));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).not.toHaveProperty('is_installed');
  });
});

describe('the categories', () => {
  it('have readable names, and counts of listed apps', async () => {
    await harness.approve(approval('uncategorised', { category: '' }), approval('hidden', { category: 'office', system: true }));
    expect(await harness.call(marketplace.listCategories, asAnonymous(), {})).toEqual({
      categories: ['developer-tools', 'office'],
      items: [
        { id: 'developer-tools', name: 'Developer Tools', app_count: 45 },
        { id: 'office', name: 'Office', app_count: 15 },
      ],
    });
    expect((await harness.ids({})).total).toBe(61);
  });
});

it('the catalog contains the categories that an app can have, and the default one', async () => {
  const { groups, default_category } = await harness.call(marketplace.getCategoryCatalog, asAnonymous(), {});
  const ids = groups.flatMap(({ categories }) => categories.map(({ id }) => id));
  expect(ids).toEqual(expect.arrayContaining([default_category, 'general', 'developer-tools']));
  expect(new Set(ids).size).toBe(ids.length);
});

describe('a delisted app', () => {
  const delist = (app_id: string, delisted_at: Date) =>
    harness.publish(portal.appDelisted, { app_id, developer_id: 'imp_u_dev', tenant_id: 'default', delisted_at });
  const shown = async () => (await harness.ids({ search: 'zeppelin' })).ids;
  const counted = async () =>
    (await harness.call(marketplace.listCategories, asAnonymous(), {})).items.find(({ id }) => id === 'travel')?.app_count;
  const zeppelin = (approved_at: Date) => approval('zeppelin', { name: 'Zeppelin', category: 'travel', approved_at });

  it('is not found, returned or counted until it is approved again', async () => {
    await harness.approve(zeppelin(onDay(1)));
    expect([await shown(), await counted()]).toEqual([['zeppelin'], 1]);
    await harness.consuming(1, () => delist('zeppelin', onDay(2)));
    expect([await shown(), await counted()]).toEqual([[], undefined]);
    await expect(get('zeppelin')).rejects.toMatchObject({ body: { code: 'app_not_found', status: 404 } });
    await harness.approve(zeppelin(onDay(1)));
    expect(await shown()).toEqual([]);
    await harness.approve(zeppelin(onDay(3)));
    expect([await shown(), await counted()]).toEqual([['zeppelin'], 1]);
    await harness.consuming(1, () => delist('zeppelin', onDay(2)));
    expect(await shown()).toEqual(['zeppelin']);
  });

  it('stays delisted if an older approval arrives later', async () => {
    await harness.consuming(1, () => delist('dirigible', onDay(2)));
    await harness.approve(approval('dirigible', { name: 'Dirigible', approved_at: onDay(1) }));
    expect((await harness.ids({ search: 'dirigible' })).ids).toEqual([]);
  });
});

describe('a suspended app', () => {
  const change = (app_id: string, reason: string | null, changed_at: Date) =>
    harness.consuming(1, () =>
      harness.publish(portal.suspensionChanged, { app_id, developer_id: 'imp_u_dev', tenant_id: 'default', reason, changed_at }),
    );
  const shown = async () => (await harness.ids({ search: 'glider' })).ids;
  const glider = (approved_at: Date) => approval('glider', { name: 'Glider', category: 'gliding', approved_at });
  const counted = async () => (await harness.call(marketplace.listCategories, asAnonymous(), {})).categories.includes('gliding');

  it('is not found, returned or counted until it is restored, also after an approval', async () => {
    await harness.approve(glider(onDay(1)));
    await change('glider', 'It spies.', onDay(2));
    await harness.approve(glider(onDay(3)));
    expect([await shown(), await counted()]).toEqual([[], false]);
    await expect(get('glider')).rejects.toMatchObject({ body: { code: 'app_not_found', status: 404 } });
    await change('glider', null, onDay(4));
    expect([await shown(), await counted()]).toEqual([['glider'], true]);
    await change('glider', 'It spies.', onDay(2));
    expect(await shown()).toEqual(['glider']);
  });

  it('stays delisted after the restoration if its developer delisted it', async () => {
    const delisted = { app_id: 'glider', developer_id: 'imp_u_dev', tenant_id: 'default', delisted_at: onDay(5) };
    await harness.consuming(1, () => harness.publish(portal.appDelisted, delisted));
    await change('glider', 'It spies.', onDay(6));
    await change('glider', null, onDay(7));
    expect(await shown()).toEqual([]);
  });
});

describe('a listing', () => {
  it('is returned with its tools', async () => {
    const tools = [{ name: 'save', description: 'Save one.', params_schema: { type: 'object' }, action_type: 'write' }];
    await harness.approve(
      approval('detail', { functions: tools, tags: ['a', 'b'], pricing_model: 'per_action', pricing_config: { tool_prices: { save: 5 } } }),
    );
    const listing = await get('detail');
    expect(listing).toMatchObject({ tools, tags: ['a', 'b'], pricing_model: 'per_action', pricing_config: { tool_prices: { save: 5 } } });
    expect(listing.published_at).toBeInstanceOf(Date);
    expect(listing.permissions).toEqual([{ id: 'store:write', description: 'Create, change and delete the data that it keeps for you.' }]);
  });

  it('that does not exist is not found', async () => {
    for (const app_id of ['no-such-app', 'billing'])
      await expect(get(app_id)).rejects.toMatchObject({
        body: { code: 'app_not_found', status: 404, detail: 'App not found or not active' },
      });
    await expect(get('-')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('shows the newest approval, in any order of the events, also if one arrives twice', async () => {
    const version = (n: number) => approval('order', { version: `${n}.0.0`, name: `Order number ${n}`, approved_at: onDay(n) });
    for (const n of [2, 3, 1, 3, 2]) await harness.approve(version(n));
    expect(await get('order')).toMatchObject({ version: '3.0.0', name: 'Order number 3', published_at: onDay(1) });
    expect((await harness.ids({ search: 'order number 3' })).ids).toEqual(['order']);
    expect((await harness.ids({ search: '"number 2"' })).ids).toEqual([]);
  });
});
