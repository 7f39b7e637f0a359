import { portal } from '@skep/contracts/portal';
import { asUser, waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { administrator, irOf, linkSaver, notFound, tooling } from './portal.js';
import { ada, reviewing, zoe } from './reviewing.js';

const { harness, ready, submit, withdraw, suspend, remove, approve, pending, appOf, approved, reviews, delisted } = reviewing();
const strangers = [asUser('bob'), asUser('ada', { tenant: 'imp_t_other' }), administrator(), tooling()];
const conflict = (detail: string) => ({ body: { code: 'conflict', status: 409, detail: expect.stringContaining(detail) } });
const reprice = (app_id: string, save_link: number) =>
  harness().call(portal.updateApp, ada, { app_id, pricing_model: 'per_action', pricing_config: { tool_prices: { save_link } } });
const live = async (app_id: string, ctx = ada) => {
  await ready(app_id, ctx);
  await submit(app_id, ctx);
  await approve(app_id);
};
const approvalsOf = (app_id: string) => approved.filter((event) => event.app_id === app_id);

describe('withdrawing an app from review', () => {
  it('makes it a draft that can be submitted again', async () => {
    await ready('links');
    await submit('links');
    expect(await withdraw('links')).toMatchObject({ app_id: 'links', status: 'draft', submitted_at: null });
    expect(await pending()).toEqual([]);
    await expect(approve('links')).rejects.toMatchObject({ body: { code: 'not_pending' } });
    await waitUntil('the event', () => reviews.some(({ app_id, decision }) => app_id === 'links' && decision === 'withdrawn'));
    expect(await submit('links')).toMatchObject({ status: 'pending_review' });
  });

  it('and approving it concurrently: exactly one succeeds', async () => {
    const both = await Promise.allSettled([withdraw('links'), approve('links')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { body: { code: 'not_pending' } } });
  });

  it('is refused to everyone but its developer, and if the app is not under review', async () => {
    await ready('mine');
    await expect(withdraw('mine')).rejects.toMatchObject({ body: { code: 'not_pending', status: 409 } });
    await submit('mine');
    for (const ctx of strangers) await expect(withdraw('mine', ctx)).rejects.toMatchObject(notFound);
    expect(await pending()).toEqual(['mine']);
  });
});

describe('other prices while an app waits for review', () => {
  it('withdraw the submission, so that only reviewed prices are approved', async () => {
    await ready('priced');
    await reprice('priced', 3);
    await submit('priced');
    expect(await reprice('priced', 5)).toMatchObject({
      status: 'draft',
      submitted_at: null,
      pricing_config: { tool_prices: { save_link: 5 } },
    });
    await expect(approve('priced')).rejects.toMatchObject({ body: { code: 'not_pending' } });
    await submit('priced');
    await approve('priced');
    const [event, ...more] = await waitUntil('the event', () => (approvalsOf('priced').length ? approvalsOf('priced') : undefined));
    expect([event?.pricing_config, more]).toEqual([{ tool_prices: { save_link: 5 } }, []]);
  });

  it('do not withdraw the submission if they are equal; nor do other texts', async () => {
    await ready('steady');
    await reprice('steady', 3);
    await submit('steady');
    expect(await reprice('steady', 3)).toMatchObject({ status: 'pending_review' });
    expect(await harness().call(portal.updateApp, ada, { app_id: 'steady', name: 'Steady' })).toMatchObject({ status: 'pending_review' });
  });
});

describe('suspending an app', () => {
  it('delists it and allows new prices; the next approval lists it again', async () => {
    await live('paused');
    await expect(reprice('paused', 7)).rejects.toMatchObject(conflict('/v1/developer/apps/paused/suspend'));
    expect(await suspend('paused')).toMatchObject({ app_id: 'paused', status: 'suspended' });
    const event = await waitUntil('the event', () => delisted.find(({ app_id }) => app_id === 'paused'));
    expect(event).toMatchObject({ developer_id: 'imp_u_ada', tenant_id: 'default', delisted_at: expect.any(Date) });
    expect(await reprice('paused', 7)).toMatchObject({ status: 'suspended' });
    await submit('paused');
    await approve('paused');
    const again = await waitUntil('the approval', () => approvalsOf('paused')[1]);
    expect(again.approved_at.getTime()).toBeGreaterThan(event.delisted_at.getTime());
  });

  it('is refused to everyone but its developer, and if the app was never approved', async () => {
    for (const ctx of strangers) await expect(suspend('paused', ctx)).rejects.toMatchObject(notFound);
    await ready('fresh');
    await expect(suspend('fresh')).rejects.toMatchObject(conflict('never approved'));
    await submit('fresh');
    await expect(suspend('fresh')).rejects.toMatchObject(conflict('/v1/developer/apps/fresh/withdraw'));
  });
});

describe('deleting an app', () => {
  it('requires its id in confirm_name, and is refused to everyone but its developer', async () => {
    await ready('kept');
    await expect(remove('kept', ada, 'Link Saver')).rejects.toMatchObject({
      body: { code: 'invalid_input', status: 422, detail: [{ loc: ['confirm_name'] }] },
    });
    for (const ctx of strangers) await expect(remove('kept', ctx)).rejects.toMatchObject(notFound);
    expect(await appOf('kept')).toMatchObject({ status: 'draft' });
  });

  it('that was never approved frees its id, also for other developers', async () => {
    await ready('brief');
    await submit('brief');
    expect(await remove('brief')).toEqual({ app_id: 'brief', status: 'deleted' });
    await expect(appOf('brief')).rejects.toMatchObject(notFound);
    await expect(remove('brief')).rejects.toMatchObject(notFound);
    expect(await pending()).not.toContain('brief');
    await harness().create(zoe, { app_id: 'brief', ...linkSaver });
    expect(await harness().deployIr(zoe, 'brief', irOf('brief'))).toMatchObject({ status: 'deployed' });
    expect(delisted.map(({ app_id }) => app_id)).not.toContain('brief');
  });

  it('that is active requires to suspend it first; afterwards it is delisted and its id stays taken', async () => {
    await live('famous');
    await expect(remove('famous')).rejects.toMatchObject(conflict('/v1/developer/apps/famous/suspend'));
    await suspend('famous');
    expect(await remove('famous')).toEqual({ app_id: 'famous', status: 'deleted' });
    await waitUntil('the event', () => delisted.filter(({ app_id }) => app_id === 'famous').length === 2);
    await expect(appOf('famous')).rejects.toMatchObject(notFound);
    expect((await harness().call(portal.listApps, ada, {})).rows.map(({ app_id }) => app_id)).not.toContain('famous');
    for (const ctx of [ada, zoe])
      await expect(harness().create(ctx, { app_id: 'famous', ...linkSaver })).rejects.toMatchObject({ body: { code: 'app_id_taken' } });
    await expect(harness().call(portal.syncAppPricing, administrator(), { app_id: 'famous' })).rejects.toMatchObject({
      body: { code: 'no_such_app' },
    });
  });

  it('no longer counts towards the tier’s app limit', async () => {
    const eve = asUser('eve');
    await harness().register(eve);
    await live('first', eve);
    await expect(harness().create(eve, { app_id: 'second', ...linkSaver })).rejects.toMatchObject({ body: { code: 'app_cap_reached' } });
    await suspend('first', eve);
    await remove('first', eve);
    expect((await harness().call(portal.getProfile, eve, {})).apps_count).toBe(0);
    expect(await harness().create(eve, { app_id: 'second', ...linkSaver })).toMatchObject({ status: 'draft' });
  });
});
