import { billing } from '@skep/contracts/billing';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { notFound, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'imp_t_other' });
const earnings = (ctx: Ctx) => harness.call(portal.getEarnings, ctx, {});
const ofApp = (ctx: Ctx, app_id: string) => harness.call(portal.getAppEarnings, ctx, { app_id });

async function sell(app_id: string, base_price: number, payer = asUser('payer')) {
  const terms = { app_id, function: 'save', base_price, platform_fee: 0, developer_id: 'imp_u_ada', split: 70, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, payer, { key: `${app_id} ${base_price}`, ...terms });
  await harness.call(billing.captureHold, payer, { hold_id });
}

beforeAll(async () => {
  harness = await openPortal(['billing']);
  await harness.register(ada, bob, zoe);
  await harness.setTier('indie');
  await harness.create(ada, { app_id: 'links', name: 'Links' });
  await harness.create(ada, { app_id: 'unsold', name: 'Unsold' });
  await sell('links', 100);
  await sell('links', 50, zoe);
});
afterAll(() => harness?.close());

it('a developer reads the earnings of all their apps, which the profile shows too', async () => {
  expect(await earnings(ada)).toMatchObject({ total_earnings: 105, total_platform_share: 45, promotional_earnings: 105, available: 0 });
  expect((await harness.call(portal.getProfile, ada, {})).total_earnings).toBe(105);
  expect((await earnings(bob)).total_earnings).toBe(0);
});

it('a developer reads the earnings of one app, by month', async () => {
  const period = new Date().toISOString().slice(0, 7);
  expect(await ofApp(ada, 'links')).toEqual({
    ...{ app_id: 'links', total_earnings: 105, action_count: 2 },
    by_period: [{ period: expect.stringMatching(/^\d{4}-\d{2}$/), earnings: 105, platform_share: 45, action_count: 2 }],
  });
  expect((await ofApp(ada, 'links')).by_period[0]!.period >= period).toBe(true);
  expect(await ofApp(ada, 'unsold')).toEqual({ app_id: 'unsold', total_earnings: 0, action_count: 0, by_period: [] });
});

it('the earnings of another developer’s app, or of a missing one, are not found', async () => {
  for (const ctx of [bob, zoe, asUser('ada', { tenant: 'imp_t_other' })]) await expect(ofApp(ctx, 'links')).rejects.toMatchObject(notFound);
  await expect(ofApp(ada, 'none')).rejects.toMatchObject(notFound);
  await expect(ofApp(ada, 'No Id')).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }] } });
});

it('a user who is not a developer in the tenant cannot read earnings', async () => {
  for (const ctx of [asUser('nobody'), asUser('ada', { tenant: 'imp_t_other' })])
    await expect(earnings(ctx)).rejects.toMatchObject({ body: { code: 'not_a_developer', status: 403 } });
});

it('a user id can register once over all tenants', async () => {
  await expect(harness.register(asUser('ada', { tenant: 'imp_t_other' }))).rejects.toMatchObject({ body: { status: 400 } });
});
