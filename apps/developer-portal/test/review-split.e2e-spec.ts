import { type AppApproved, portal } from '@skep/contracts/portal';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
const approved: AppApproved[] = [];

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  harness.bus.subscribe(portal.appApproved, (event) => approved.push(event));
});
afterAll(() => harness?.close());

it.each([
  ['explorer', 70],
  ['studio', 85],
])('an approval contains the share of the developer’s tier: %s %i percent', async (tier, split) => {
  const ctx = asUser(tier);
  const app_id = `of-${tier}`;
  await harness.register(ctx);
  await harness.setTier(tier, ctx.user);
  await harness.ready(ctx, app_id);
  await harness.call(portal.submitApp, ctx, { app_id });
  await harness.call(portal.approveApp, administrator(), { app_id });
  const event = await waitUntil('the approval', () => approved.find((each) => each.app_id === app_id));
  expect(event.revenue_split).toBe(split);
});

it('an app keeps the share of its approval after a change of tier, until the next approval', async () => {
  const [ctx, app_id] = [asUser('liv'), 'steady'];
  const splits = () => approved.filter((each) => each.app_id === app_id).map(({ revenue_split }) => revenue_split);
  const kept = async () =>
    (await harness.infra.query('registry', 'select live_split from app where app_id = $1', [app_id]))[0]?.['live_split'];
  const publish = async () => {
    await harness.call(portal.submitApp, ctx, { app_id });
    await harness.call(portal.approveApp, administrator(), { app_id });
  };
  await harness.register(ctx);
  await harness.ready(ctx, app_id);
  await publish();
  await waitUntil('the approval', async () => (await kept()) === 70, 15_000);
  await harness.setTier('studio', ctx.user);
  expect((await harness.call(portal.getApp, ctx, { app_id })).revenue_split_dev).toBe(70);
  await harness.call(portal.syncAppPricing, administrator(), { app_id });
  await waitUntil('the second event', () => splits().length === 2, 15_000);
  expect(splits()).toEqual([70, 70]);
  expect(await kept()).toBe(70);
  await publish();
  await waitUntil('the second approval', async () => (await kept()) === 85, 15_000);
  expect((await harness.call(portal.getApp, ctx, { app_id })).revenue_split_dev).toBe(85);
});
