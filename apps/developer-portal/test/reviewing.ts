import { type AppApproved, type AppDelisted, portal, type ReviewStatusChanged } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { administrator, openPortal, type PortalHarness } from './portal.js';

export const ada = asUser('ada');
export const zoe = asUser('zoe', { tenant: 'imp_t_other' });

/** Sets up a harness for a test file about reviews: the acts of developers and administrators, and the events published. */
export function reviewing() {
  let harness: PortalHarness;
  const approved: AppApproved[] = [];
  const reviews: ReviewStatusChanged[] = [];
  const delisted: AppDelisted[] = [];
  beforeAll(async () => {
    harness = await openPortal(['kernel', 'registry']);
    harness.bus.subscribe(portal.appApproved, (event) => approved.push(event));
    harness.bus.subscribe(portal.appDelisted, (event) => delisted.push(event));
    harness.bus.subscribe(portal.reviewStatusChanged, (event) => reviews.push(event));
    await harness.register(ada, zoe);
    await harness.setTier('partner');
  });
  afterAll(() => harness?.close());
  return {
    harness: () => harness,
    approved,
    reviews,
    delisted,
    ready: (app_id: string, ctx: Ctx = ada) => harness.ready(ctx, app_id),
    submit: (app_id: string, ctx: Ctx = ada) => harness.call(portal.submitApp, ctx, { app_id }),
    withdraw: (app_id: string, ctx: Ctx = ada) => harness.call(portal.withdrawApp, ctx, { app_id }),
    suspend: (app_id: string, ctx: Ctx = ada) => harness.call(portal.suspendApp, ctx, { app_id }),
    remove: (app_id: string, ctx: Ctx = ada, confirm_name = app_id) => harness.call(portal.deleteApp, ctx, { app_id, confirm_name }),
    approve: (app_id: string, ctx: Ctx = administrator()) => harness.call(portal.approveApp, ctx, { app_id }),
    reject: (app_id: string, ctx: Ctx = administrator()) =>
      harness.call(portal.rejectApp, ctx, { app_id, reason: 'It does nothing.', codes: ['incomplete'], evidence: 'It answers nothing.' }),
    pending: async (ctx: Ctx = administrator()) => (await harness.call(portal.listPending, ctx, {})).rows.map(({ app_id }) => app_id),
    appOf: (app_id: string, ctx: Ctx = ada) => harness.call(portal.getApp, ctx, { app_id }),
  };
}
