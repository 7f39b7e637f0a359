import { type AppApproved, type AppDelisted, portal, type ReviewMoved } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { person } from '@skep/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { administrator, openPortal, type PortalDoor } from './portal.js';

export const ada = person('ada');
export const zoe = person('zoe', { tenant: 'imp_t_other' });

/** A door for a test file about reviews, for its time: with what developers and administrators do there, and what has been told. */
export function reviewing() {
  let door: PortalDoor;
  const approved: AppApproved[] = [];
  const reviews: ReviewMoved[] = [];
  const delisted: AppDelisted[] = [];
  beforeAll(async () => {
    door = await openPortal(['kernel', 'registry']);
    door.bus.hear(portal.appApproved, (event) => approved.push(event));
    door.bus.hear(portal.appDelisted, (event) => delisted.push(event));
    door.bus.hear(portal.reviewMoved, (event) => reviews.push(event));
    await door.register(ada, zoe);
    await door.setTier('partner');
  });
  afterAll(() => door?.close());
  return {
    door: () => door,
    approved,
    reviews,
    delisted,
    ready: (app_id: string, ctx: Ctx = ada) => door.ready(ctx, app_id),
    submit: (app_id: string, ctx: Ctx = ada) => door.call(portal.submitApp, ctx, { app_id }),
    withdraw: (app_id: string, ctx: Ctx = ada) => door.call(portal.withdrawApp, ctx, { app_id }),
    suspend: (app_id: string, ctx: Ctx = ada) => door.call(portal.suspendApp, ctx, { app_id }),
    remove: (app_id: string, ctx: Ctx = ada, confirm_name = app_id) => door.call(portal.deleteApp, ctx, { app_id, confirm_name }),
    approve: (app_id: string, ctx: Ctx = administrator()) => door.call(portal.approveApp, ctx, { app_id }),
    reject: (app_id: string, ctx: Ctx = administrator()) =>
      door.call(portal.rejectApp, ctx, { app_id, reason: 'It does nothing.', codes: ['empty'] }),
    pending: async (ctx: Ctx = administrator()) => (await door.call(portal.listPending, ctx, {})).map(({ app_id }) => app_id),
    appOf: (app_id: string, ctx: Ctx = ada) => door.call(portal.getApp, ctx, { app_id }),
  };
}
