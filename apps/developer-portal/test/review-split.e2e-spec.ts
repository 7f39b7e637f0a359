import { type AppApproved, portal } from '@skep/contracts';
import type { Bus, Running } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, connect, irOf, person } from './portal.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const approved: AppApproved[] = [];

beforeAll(async () => {
  infra = await infrastructure();
  await Promise.all([infra.app('kernel'), infra.app('registry')]);
  service = await start(await infra.env('developer-portal'));
  bus = await connect(infra);
  bus.hear(portal.appApproved, (event) => approved.push(event));
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

it.each([
  ['explorer', 70],
  ['studio', 85],
])('an approval tells the share of the developer’s tier: %s %i percent', async (tier, split) => {
  const ctx = person(tier);
  const app_id = `of-${tier}`;
  await bus.call(portal.registerDeveloper, ctx, { nickname: tier === 'explorer' ? 'ada' : 'zoe', tier: 'explorer' });
  await infra.query('developer-portal', 'update developer set tier = $1 where developer_id = $2', [tier, ctx.user]);
  await bus.call(portal.createApp, ctx, {
    ...{ app_id, name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity', icon: 'link', git_url: '' },
    pricing_model: 'free',
  });
  await bus.call(portal.deployIr, ctx, { app_id, ir_dict: irOf(app_id), dev_mode: true });
  await bus.call(portal.submitApp, ctx, { app_id });
  await bus.call(portal.approveApp, administrator(), { app_id });
  const event = await until('the approval', () => approved.find((each) => each.app_id === app_id));
  expect(event.revenue_split).toBe(split);
});
