import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { notFound, openPortal, type PortalHarness } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'imp_t_other' });
const analytics = (days?: number, ctx: Ctx = ada, app_id = 'links') => harness.call(portal.getAppAnalytics, ctx, { app_id, days });

beforeAll(async () => {
  harness = await openPortal(['kernel']);
  await harness.register(ada, bob, zoe);
  await harness.create(ada, { app_id: 'links', name: 'Links' });
  await harness.infra.query(
    'kernel',
    `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, extension_price)
     select 'act_' || n, n, 'imp_u_' || n, 'imp_t_other', 'api', 'links', 'f', 'read', 'success', 2 from generate_series(1, 3) n`,
  );
});
afterAll(() => harness?.close());

it('a developer reads the calls of their app by day, oldest first', async () => {
  const { app_id, days, by_day } = await analytics(7);
  expect([app_id, days, by_day.length, by_day.map(({ day }) => day).toSorted()]).toEqual(['links', 7, 7, by_day.map(({ day }) => day)]);
  expect(by_day.at(-1)).toMatchObject({ calls: 3, errors: 0, credits: 6 });
});

it.each([
  ['explorer', 7],
  ['indie', 30],
  ['studio', 90],
  ['partner', 365],
])('the tier %s shows %d days, and refuses more', async (tier, days) => {
  await harness.setTier(tier, ada.user);
  expect((await analytics(days)).by_day).toHaveLength(days);
  expect((await analytics()).days).toBe(Math.min(days, 30));
  if (days === 365) return;
  await expect(analytics(days + 1)).rejects.toMatchObject({ body: { code: 'analytics_window', status: 400 } });
});

it.each([0, 366, 1.5])('%p days are invalid', async (days) => {
  await expect(analytics(days)).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['days'] }] } });
});

it('the analytics of another developer’s app, or of a missing one, are not found', async () => {
  for (const ctx of [bob, zoe, asUser('ada', { tenant: 'imp_t_other' })]) await expect(analytics(7, ctx)).rejects.toMatchObject(notFound);
  await expect(analytics(7, ada, 'none')).rejects.toMatchObject(notFound);
});
