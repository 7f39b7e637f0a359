import { type AppApproved, portal } from '@skep/contracts';
import { person, until } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalDoor } from './portal.js';

let door: PortalDoor;
const approved: AppApproved[] = [];

beforeAll(async () => {
  door = await openPortal(['kernel', 'registry']);
  door.bus.hear(portal.appApproved, (event) => approved.push(event));
});
afterAll(() => door?.close());

it.each([
  ['explorer', 70],
  ['studio', 85],
])('an approval tells the share of the developer’s tier: %s %i percent', async (tier, split) => {
  const ctx = person(tier);
  const app_id = `of-${tier}`;
  await door.register(ctx);
  await door.setTier(tier, ctx.user);
  await door.ready(ctx, app_id);
  await door.call(portal.submitApp, ctx, { app_id });
  await door.call(portal.approveApp, administrator(), { app_id });
  const event = await until('the approval', () => approved.find((each) => each.app_id === app_id));
  expect(event.revenue_split).toBe(split);
});

it('an app keeps the share of its approval when the tier changes, until it is approved again', async () => {
  const [ctx, app_id] = [person('liv'), 'steady'];
  const told = () => approved.filter((each) => each.app_id === app_id).map(({ revenue_split }) => revenue_split);
  const kept = async () =>
    (await door.infra.query('registry', 'select live_split from app where app_id = $1', [app_id]))[0]?.['live_split'];
  const publish = async () => {
    await door.call(portal.submitApp, ctx, { app_id });
    await door.call(portal.approveApp, administrator(), { app_id });
  };
  await door.register(ctx);
  await door.ready(ctx, app_id);
  await publish();
  await until('the approval', async () => (await kept()) === 70, 15_000);
  await door.setTier('studio', ctx.user);
  expect((await door.call(portal.getApp, ctx, { app_id })).revenue_split_dev).toBe(70);
  await door.call(portal.syncAppPricing, administrator(), { app_id });
  await until('the second message', () => told().length === 2, 15_000);
  expect(told()).toEqual([70, 70]);
  expect(await kept()).toBe(70);
  await publish();
  await until('the second approval', async () => (await kept()) === 85, 15_000);
  expect((await door.call(portal.getApp, ctx, { app_id })).revenue_split_dev).toBe(85);
}, 60_000);
