import { type AppApproved, portal, type ReviewMoved } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { person, until } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, notFound, openPortal, type PortalDoor, tooling } from './portal.js';

let door: PortalDoor;
const approved: AppApproved[] = [];
const reviews: ReviewMoved[] = [];
const ada = person('ada');
const zoe = person('zoe', { tenant: 'imp_t_other' });

const ready = (app_id: string, ctx = ada) => door.ready(ctx, app_id);
const submit = (app_id: string, ctx: Ctx = ada) => door.call(portal.submitApp, ctx, { app_id });
const approve = (app_id: string, ctx: Ctx = administrator()) => door.call(portal.approveApp, ctx, { app_id });
const reject = (app_id: string, ctx: Ctx = administrator()) =>
  door.call(portal.rejectApp, ctx, { app_id, reason: 'It does nothing.', codes: ['empty'] });
const pending = async (ctx: Ctx = administrator()) => (await door.call(portal.listPending, ctx, {})).map(({ app_id }) => app_id);
const appOf = (app_id: string, ctx: Ctx = ada) => door.call(portal.getApp, ctx, { app_id });

beforeAll(async () => {
  door = await openPortal(['kernel', 'registry']);
  door.bus.hear(portal.appApproved, (event) => approved.push(event));
  door.bus.hear(portal.reviewMoved, (event) => reviews.push(event));
  await door.register(ada, zoe);
  await door.setTier('partner');
});
afterAll(() => door?.close());

describe('rejecting an app', () => {
  it('makes it a draft again with the reason, and tells its developer', async () => {
    await ready('weak');
    await submit('weak');
    expect(await reject('weak')).toMatchObject({ status: 'draft', reject_reason: 'It does nothing.', reject_codes: ['empty'] });
    expect(await appOf('weak')).toMatchObject({ status: 'draft', reject_reason: 'It does nothing.' });
    const news = await until('the news', () => reviews.find(({ app_id, decision }) => app_id === 'weak' && decision === 'rejected'));
    expect(news).toMatchObject({ developer_id: 'imp_u_ada', reason: 'It does nothing.' });
    expect(await pending()).not.toContain('weak');
  });

  it('lets it be submitted again, which clears the reason', async () => {
    expect(await submit('weak')).toMatchObject({ status: 'pending_review' });
    expect(await appOf('weak')).toMatchObject({ reject_reason: null, reject_codes: [] });
    expect(approved.filter(({ app_id }) => app_id === 'weak')).toHaveLength(0);
  });

  it('needs a reason', async () => {
    await expect(door.call(portal.rejectApp, administrator(), { app_id: 'weak', reason: '', codes: [] })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['reason'] }] },
    });
  });
});

describe('a decision', () => {
  it('is for administrators and services', async () => {
    for (const decide of [approve, reject])
      await expect(decide('weak', ada)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    expect(await approve('weak', tooling())).toMatchObject({ status: 'active' });
  });

  it('on any tenant’s app is the operator’s, whose people are of the tenant default and hold the scope', async () => {
    await ready('elsewhere', zoe);
    await submit('elsewhere', zoe);
    for (const decide of [approve, reject]) {
      for (const other of [administrator({ tenant: 'imp_t_other' }), administrator({ scopes: ['admin:users:*'] })])
        await expect(decide('elsewhere', other)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
      await expect(decide('no-such-app')).rejects.toMatchObject(notFound);
    }
    expect(await approve('elsewhere', administrator({ role: 'user', scopes: ['admin:developer:*'] }))).toMatchObject({
      status: 'active',
    });
  });
});
