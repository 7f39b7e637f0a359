import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { administrator, linkSaver, notFound, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const prices = (save_link: number) => ({ pricing_model: 'per_action', pricing_config: { tool_prices: { save_link } } });
const sync = (app_id: string, ctx: Ctx = administrator()) => harness.call(portal.syncAppPricing, ctx, { app_id });
const syncAll = (ctx: Ctx = administrator()) => harness.call(portal.syncAllPricing, ctx, {});
const kept = async (app_id: string): Promise<Record<string, unknown>> => {
  const [app] = await harness.infra.query('registry', 'select live_prices, live_split, live_revision from app where app_id = $1', [app_id]);
  const [listing] = await harness.infra.query('marketplace', 'select pricing_config from listing where app_id = $1', [app_id]);
  return { ...app, listed: listing?.['pricing_config'] };
};
const damage = async () => {
  await harness.infra.query('registry', 'update app set live_prices = null, live_split = 1');
  await harness.infra.query('marketplace', `update listing set pricing_config = '{}'`);
};
const publish = async (app_id: string) => {
  await harness.call(portal.submitApp, ada, { app_id });
  await harness.call(portal.approveApp, administrator(), { app_id });
};

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry', 'marketplace']);
  await harness.register(ada);
  await harness.setTier('studio');
  for (const [app_id, price] of [
    ['links', 5],
    ['notes-two', 7],
  ] as const) {
    await harness.create(ada, { app_id, ...linkSaver, ...prices(price) });
    await harness.deployIr(ada, app_id);
    await publish(app_id);
    await waitUntil('the approval', async () => (await kept(app_id))['listed'], 15_000);
  }
  await harness.ready(ada, 'draft-only');
});
afterAll(() => harness?.close());

it('the prices and the split of an approved release are restored where other services store them', async () => {
  const before = await kept('links');
  expect(before).toEqual({ live_prices: { save_link: 5 }, live_split: 85, live_revision: 1, listed: { tool_prices: { save_link: 5 } } });
  await damage();
  expect(await sync('links')).toEqual({ app_id: 'links', revision: 1, ...prices(5), revenue_split_dev: 85 });
  await waitUntil('the prices', async () => JSON.stringify(await kept('links')) === JSON.stringify(before), 15_000);
  expect((await kept('notes-two'))['live_split']).toBe(1);
});

it('those of all approved releases are restored at once', async () => {
  await damage();
  expect(await syncAll()).toEqual({ synced: 2, app_ids: ['links', 'notes-two'] });
  await waitUntil(
    'the prices',
    async () => (await kept('links'))['live_split'] === 85 && (await kept('notes-two'))['live_split'] === 85,
    15_000,
  );
  expect((await kept('notes-two'))['live_prices']).toEqual({ save_link: 7 });
});

it('prices that are not approved yet are not republished', async () => {
  await harness.setStatus('links', 'suspended');
  await harness.call(portal.updateApp, ada, { app_id: 'links', ...prices(99) });
  expect(await sync('links')).toMatchObject(prices(5));
  await publish('links');
  expect(await sync('links')).toMatchObject(prices(99));
});

it('an app without an approved release, or a missing one, is not found', async () => {
  for (const app_id of ['draft-only', 'none'])
    await expect(sync(app_id)).rejects.toMatchObject({ body: { ...notFound.body, detail: expect.any(String) } });
  await expect(sync('No Id')).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }] } });
});

it('is refused to everyone but the operator', async () => {
  for (const ctx of [ada, administrator({ tenant: 'imp_t_other' })])
    for (const ask of [() => sync('links', ctx), () => syncAll(ctx)])
      await expect(ask()).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
  expect(await sync('links', tooling())).toMatchObject({ app_id: 'links' });
});
