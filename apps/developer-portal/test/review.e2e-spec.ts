import { type AppApproved, portal, type ReviewMoved } from '@skep/contracts';
import type { Bus, Ctx, Running } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, connect, irOf, person, tooling } from './portal.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const approved: AppApproved[] = [];
const reviews: ReviewMoved[] = [];
const ada = person('ada');
const zoe = person('zoe', { tenant: 'imp_t_other' });

/** An app with a release, ready for review. */
const ready = async (app_id: string, ctx: Ctx = ada) => {
  await bus.call(portal.createApp, ctx, {
    ...{
      app_id,
      name: 'Link Saver',
      short_description: 'Keeps links.',
      category: 'productivity',
      icon: 'link',
      git_url: '',
      pricing_model: 'free',
    },
  });
  await bus.call(portal.deployIr, ctx, { app_id, ir_dict: irOf(app_id), dev_mode: true });
};
const submit = (app_id: string, ctx: Ctx = ada) => bus.call(portal.submitApp, ctx, { app_id });
const approve = (app_id: string, ctx: Ctx = administrator()) => bus.call(portal.approveApp, ctx, { app_id });
const reject = (app_id: string, ctx: Ctx = administrator()) =>
  bus.call(portal.rejectApp, ctx, { app_id, reason: 'It does nothing.', codes: ['empty'] });
const pending = async (ctx: Ctx = administrator()) => (await bus.call(portal.listPending, ctx, {})).map(({ app_id }) => app_id);
const appOf = (app_id: string, ctx: Ctx = ada) => bus.call(portal.getApp, ctx, { app_id });
const notFound = { body: { code: 'no_such_app', status: 404 } };

beforeAll(async () => {
  infra = await infrastructure();
  await Promise.all([infra.app('kernel'), infra.app('registry')]);
  service = await start(await infra.env('developer-portal'));
  bus = await connect(infra);
  bus.hear(portal.appApproved, (event) => approved.push(event));
  bus.hear(portal.reviewMoved, (event) => reviews.push(event));
  await bus.call(portal.registerDeveloper, ada, { nickname: 'ada', tier: 'explorer' });
  await bus.call(portal.registerDeveloper, zoe, { nickname: 'zoe', tier: 'explorer' });
  await infra.query('developer-portal', `update developer set tier = 'partner'`);
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

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
    await expect(bus.call(portal.rejectApp, administrator(), { app_id: 'weak', reason: '', codes: [] })).rejects.toMatchObject({
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

  it('on another tenant’s app finds no such app', async () => {
    await ready('elsewhere', zoe);
    await submit('elsewhere', zoe);
    for (const decide of [approve, reject]) {
      await expect(decide('elsewhere', administrator({ scopes: [] }))).rejects.toMatchObject(notFound);
      await expect(decide('no-such-app')).rejects.toMatchObject(notFound);
    }
    expect(await approve('elsewhere', administrator({ tenant: 'imp_t_other' }))).toMatchObject({ status: 'active' });
  });
});
