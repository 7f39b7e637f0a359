import { type Answer, type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const PRICE = 20_000;
let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let admin: TestUser;
let payout: number;

const send = (person: TestUser, method: string, path: string, body?: object, headers = {}): Promise<Answer> =>
  skep.http(method, path, { token: person.access, headers, ...(method !== 'GET' && { body: body ?? {} }) });
async function sendOk(person: TestUser, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await send(person, method, path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}
async function topUp(person: TestUser): Promise<void> {
  const started = await sendOk(person, 'POST', '/v1/billing/topup', { tokens: 100_000, price_cents: 10_000 });
  await skep.http('POST', '/v1/billing/topup/confirm', {
    headers: { 'x-service-token': skep.serviceToken },
    body: { payment_intent_id: started.json['payment_intent_id'] },
  });
}
const codeOf = ({ status, json }: Answer) => [status, String(json['code'])];

beforeAll(async () => {
  skep = await startSkep();
  [ada, bob, admin] = [await skep.signUpUser(), await skep.signUpUser(), await skep.signInAdmin()];
  const ir_dict = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  await sendOk(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' });
  await sendOk(ada, 'POST', '/v1/developer/apps', {
    ...{ app_id: 'link-saver', name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' },
    ...{ pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } },
  });
  await sendOk(ada, 'POST', '/v1/extensions/developer/call', {
    ...{ user_id: ada.id, function: 'deploy_ir' },
    params: { app_id: 'link-saver', ir_dict },
  });
  await sendOk(admin, 'POST', '/v1/admin/apps/link-saver/approve');
  await waitUntil('the install', () => sendOk(bob, 'POST', '/v1/marketplace/apps/link-saver/install').then(() => true), 20_000);
  await topUp(ada);
  await topUp(bob);
  const call = { user_id: bob.id, function: 'save_link', params: { url: 'https://example.com', title: 'Example' } };
  await sendOk(bob, 'POST', '/v1/extensions/link-saver/call', call);
});
afterAll(() => skep?.close());

it('a developer sees the earnings of a call, in the profile too; the first tier has no payouts', async () => {
  const earned = PRICE * 0.7;
  const earnings = await waitUntil('the charge', async () => {
    const { json } = await send(ada, 'GET', '/v1/developer/earnings');
    return Number(json['total_earnings']) === earned ? json : undefined;
  });
  // Bob has spent the initial free credits first; they earn no payout.
  const [payable, promotional] = [earned - 350, 350];
  expect(earnings).toMatchObject({ total_earned: earned, payable_earnings: payable, promotional_earnings: promotional });
  expect(earnings).toMatchObject({ available: payable, pending_payout: payable, paid_out: 0 });
  expect((await send(ada, 'GET', '/v1/developer/earnings/link-saver')).json).toMatchObject({ total_earnings: earned, action_count: 1 });
  expect((await send(ada, 'GET', '/v1/developer/profile')).json).toMatchObject({ tier: 'explorer', total_earnings: earned });
  expect(codeOf(await send(bob, 'GET', '/v1/developer/earnings/link-saver'))).toEqual([404, 'no_such_app']);
  expect(codeOf(await send(ada, 'POST', '/v1/developer/payouts', { amount_tokens: 10_000 }))).toEqual([403, 'payouts_not_in_tier']);
});

it('a tier is paid from the wallet, and then a payout can be requested, once per Idempotency-Key', async () => {
  expect((await send(ada, 'PUT', '/v1/developer/tier', { tier: 'indie' })).json).toMatchObject({ tier: 'indie', charged: 9_000 });
  const request = () =>
    send(ada, 'POST', '/v1/developer/payouts/request', { amount: 10_000, payout_method: 'bank' }, { 'idempotency-key': 'k' });
  const [first, second] = await Promise.all([request(), request()]);
  expect(first.json).toMatchObject({ amount_tokens: 10_000, amount_usd: '10.00', status: 'pending', method: 'bank' });
  expect(second.json).toEqual(first.json);
  payout = Number(first.json['id']);
  expect((await send(ada, 'GET', '/v1/developer/payouts')).rows).toEqual([first.json]);
  expect((await send(bob, 'GET', '/v1/developer/payouts')).rows).toEqual([]);
  const short = await send(ada, 'POST', '/v1/developer/payouts', { amount_tokens: 9_999 });
  expect([short.status, short.json['detail']]).toMatchObject([422, [{ loc: ['body', 'amount_tokens'] }]]);
});

it('an administrator decides and pays; the developer gets an event, and the audit log names the administrator', async () => {
  const pending = await send(admin, 'GET', '/v1/admin/payouts/pending');
  expect([pending.headers.get('x-total-count'), pending.rows]).toMatchObject([
    '1',
    [{ id: payout, developer_id: ada.id, tenant_id: 'default' }],
  ]);
  const decide = (person: TestUser, what: string, body = {}) => send(person, 'POST', `/v1/admin/payouts/${payout}/${what}`, body);
  expect(codeOf(await decide(ada, 'approve'))).toEqual([403, 'forbidden']);
  expect((await decide(admin, 'approve', { note: 'fine' })).json).toMatchObject({ status: 'approved', admin_note: 'fine' });
  const paid = await decide(admin, 'paid', { method: 'bank', reference: 'TRF-1' });
  expect(paid.json).toMatchObject({ status: 'paid', reference: 'TRF-1', processed_by: admin.id });
  expect(codeOf(await decide(admin, 'reject'))).toEqual([409, 'payout_ended']);
  expect((await send(ada, 'GET', '/v1/developer/earnings')).json).toMatchObject({ paid_out: 10_000, available: 3_650 });
  const rows = (database: string, sql: string) => skep.infra.query(database, sql);
  await waitUntil(
    'the event',
    async () => (await rows('kernel', `select from feed_event where type = 'developer.payout_paid'`))[0],
    20_000,
  );
  const actions = () =>
    rows('auth-gateway', `select action, actor_id from audit_log where target_type in ('payout', 'developer') order by id`);
  await waitUntil('the audit log', async () => (await actions()).length === 4, 20_000);
  expect(await actions()).toEqual(
    expect.arrayContaining([
      { action: 'tier.bought', actor_id: ada.id },
      { action: 'payout.pending', actor_id: ada.id },
      { action: 'payout.approved', actor_id: admin.id },
      { action: 'payout.paid', actor_id: admin.id },
    ]),
  );
  expect(await rows('billing', 'select * from check_ledger()')).toEqual([]);
});

it('an administrator grants a tier, reads the terms and republishes prices', async () => {
  await sendOk(bob, 'POST', '/v1/developer/register', { nickname: 'bob-the-builder' });
  const granted = await send(admin, 'POST', '/v1/admin/developer/tier', { user_id: bob.id, tier: 'partner' });
  expect(granted.json).toMatchObject({ developer_id: bob.id, tier: 'partner', comped_by: admin.id });
  expect((await send(bob, 'GET', '/v1/developer/profile')).json).toMatchObject({ tier: 'partner' });
  expect(codeOf(await send(bob, 'POST', '/v1/admin/developer/tier', { user_id: bob.id, tier: 'partner' }))).toEqual([403, 'forbidden']);
  expect((await send(admin, 'GET', '/v1/admin/developer/config')).json).toMatchObject({
    min_payout_tokens: 10_000,
    platform_fees: { economy: 60 },
  });
  expect((await send(admin, 'POST', '/v1/admin/apps/link-saver/sync-pricing')).json).toMatchObject({
    app_id: 'link-saver',
    revenue_split_dev: 70,
  });
  expect((await send(admin, 'POST', '/v1/admin/apps/sync-pricing')).json).toMatchObject({ synced: 1 });
});
