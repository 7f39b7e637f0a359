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
