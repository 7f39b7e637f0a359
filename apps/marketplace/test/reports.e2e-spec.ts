import { type ListReports, marketplace, type ReportApp } from '@skep/contracts/marketplace';
import { auth } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { asService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const TEXT = 'It posts to a channel that I did not choose.';
const ada = asUser('ada');
const adaElsewhere = asUser('ada', { tenant: 'imp_t_other' });
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
const strangers = [ada, { ...admin, tenant: 'imp_t_other' }];
const report = (ctx: Ctx, app_id: string, more: Partial<ReportApp> = {}) =>
  harness.call(marketplace.reportApp, ctx, { app_id, reason: 'misleading', text: TEXT, ...more });
const list = async (input: Partial<ListReports> = {}, ctx: Ctx = admin) =>
  (await harness.call(marketplace.listReports, ctx, { status: 'open', limit: 50, ...input })).rows;
const resolve = (report_id: number, ctx: Ctx = admin, note = 'The app was suspended.') =>
  harness.call(marketplace.resolveReport, ctx, { report_id, note });
const code = (code: string) => ({ body: { code } });

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(approval('links'), approval('notes'));
});
afterAll(() => harness?.close());

it('a user reports an app once, until the report is resolved', async () => {
  const first = await report(ada, 'links');
  expect(first).toMatchObject({ app_id: 'links', reason: 'misleading', text: TEXT, status: 'open', note: null, resolved_at: null });
  expect(first).not.toHaveProperty('user_id');
  await expect(report(ada, 'links', { reason: 'spam' })).rejects.toMatchObject(code('already_reported'));
  await report(adaElsewhere, 'links');
  await report(ada, 'notes');
  expect(await resolve(first.report_id)).toMatchObject({ status: 'resolved', note: 'The app was suspended.', resolved_by: admin.user });
  expect((await report(ada, 'links')).report_id).toBeGreaterThan(first.report_id);
});

it('ten reports at once are one', async () => {
  const sent = await Promise.allSettled(Array.from({ length: 10 }, () => report(asUser('eager'), 'notes')));
  expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('administrators list open reports of all tenants, oldest first, and resolved ones, newest first', async () => {
  await harness.approve(approval('listed'), approval('listed-too'));
  const first = await report(adaElsewhere, 'listed');
  const second = await report(ada, 'listed-too');
  const reported = async (input: Partial<ListReports> = {}) =>
    (await list(input))
      .filter(({ app_id }) => app_id.startsWith('listed'))
      .map(({ tenant_id, user_id, app_id }) => [tenant_id, user_id, app_id]);
  const [one, two] = [
    ['imp_t_other', ada.user, 'listed'],
    ['default', ada.user, 'listed-too'],
  ];
  expect(await reported()).toEqual([one, two]);
  expect(await list({ limit: 1 })).toHaveLength(1);
  for (const ctx of strangers) {
    await expect(list({}, ctx)).rejects.toMatchObject(code('forbidden'));
    await expect(resolve(first.report_id, ctx)).rejects.toMatchObject(code('forbidden'));
  }
  expect(await resolve(first.report_id, asService('portal'))).toMatchObject({ resolved_by: 'service:portal' });
  await resolve(second.report_id);
  expect([await reported(), await reported({ status: 'resolved' })]).toEqual([[], [two, one]]);
});

it('a report is resolved once', async () => {
  const { report_id } = await report(asUser('once'), 'links');
  await resolve(report_id);
  await expect(resolve(report_id, admin, 'Again.')).rejects.toMatchObject(code('report_resolved'));
  await expect(resolve(999_999)).rejects.toMatchObject(code('report_not_found'));
  await expect(resolve(report_id, admin, '')).rejects.toMatchObject(code('invalid_input'));
});

it.each([
  ['an unknown app', { app_id: 'unknown' }, 'app_not_found'],
  ['an unknown reason', { reason: 'dislike' }, 'invalid_input'],
  ['a short text', { text: 'Bad.' }, 'invalid_input'],
])('a report with %s is refused', async (_, more, expected) => {
  await expect(report(asUser('bob'), 'links', more)).rejects.toMatchObject(code(expected));
});

it('the reports of an erased user are deleted, and only theirs', async () => {
  const gone = asUser('gone');
  await report(gone, 'links');
  await harness.consuming(1, () => harness.publish(auth.userErased, { tenant_id: gone.tenant, user_id: gone.user }));
  const users = (await harness.query('select distinct user_id from app_report')).map(({ user_id }) => user_id);
  expect([users.includes(gone.user), users.includes(ada.user)]).toEqual([false, true]);
});
