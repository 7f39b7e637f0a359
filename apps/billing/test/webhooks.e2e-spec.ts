import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { asUser, asService } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventOf, NEW_SECRET, startBillingWithStripe, SECRET, sign, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const ada = asUser('ada');
const refused = { body: { code: 'bad_request', status: 400, detail: 'The request could not be read.' } };
const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false };
const now = () => Math.floor(Date.now() / 1000);

/** Starts and pays a top-up, without a webhook. */
async function paid(ctx: Ctx): Promise<string> {
  const { payment_intent_id } = await harness.call(billing.startTopup, ctx, order);
  harness.stripe.pay(payment_intent_id);
  return payment_intent_id;
}
const refund = (id: string, amount_refunded: number) =>
  eventOf('charge.refunded', {
    ...{ id: `ch_${id}`, object: 'charge', payment_intent: id, amount: 2_000, currency: 'usd', amount_refunded },
    ...{ metadata: harness.stripe.intents.get(id)!.metadata, receipt_url: `https://receipts.example/${id}` },
  });
const dispute = (id: string, status: string, type = 'charge.dispute.updated', amount = 2_000) =>
  eventOf(type, { id: `dp_${id}`, object: 'dispute', payment_intent: id, charge: `ch_${id}`, amount, status });
const lines = async (ctx: Ctx) =>
  (await harness.call(billing.listWalletHistory, ctx, { limit: 20, offset: 0 })).rows.map(({ reason, amount }) => [reason, amount]);
const statusOf = async (ctx: Ctx) => (await harness.call(billing.listPayments, ctx, { limit: 1, offset: 0 })).rows[0]?.status;

beforeAll(async () => {
  // Unconfirmed payments are only queried after a minute, so that job does not interfere here.
  harness = await startBillingWithStripe();
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

describe('a webhook event', () => {
  it.each([
    ['without a signature', () => ''],
    ['signed with another secret', (body: string) => sign(body, 'whsec_forged')],
    ['signed over other bytes', (body: string) => sign(`${body} `)],
    ['signed more than 300 seconds ago', (body: string) => sign(body, SECRET, now() - 301)],
    ['with a malformed signature', () => 't=now,v1=zzz'],
  ])('%s is refused without a reason, and has no effect', async (_, signature) => {
    const mallory = asUser('mallory');
    const id = await paid(mallory);
    const body = eventOf('payment_intent.succeeded', harness.stripe.intents.get(id)!);
    await expect(harness.deliver(body, signature(body))).rejects.toMatchObject(refused);
    expect(await harness.balance(mallory)).toBe(500);
  });

  it.each([
    ['the old', SECRET],
    ['the new', NEW_SECRET],
  ])('may be signed with %s secret during a rotation, and be a little late', async (_, secret) => {
    const who = asUser(`rotation_${secret}`);
    const body = eventOf('payment_intent.succeeded', harness.stripe.intents.get(await paid(who))!);
    expect(await harness.deliver(body, sign(body, secret, now() - 250))).toEqual({ received: true });
    expect(await harness.balance(who)).toBe(20_500);
  });

  it.each([
    ['of an unrelated type', eventOf('customer.created', { id: 'cus_1' })],
    [
      'about a payment that is not ours',
      eventOf('payment_intent.succeeded', { id: 'pi_x', amount_received: 5, currency: 'usd', metadata: {} }),
    ],
    ['with missing fields', eventOf('payment_intent.succeeded', {})],
    ['about a dispute of a payment that is not ours', dispute('pi_x', 'needs_response')],
    [
      'with invalid metadata',
      eventOf('payment_intent.succeeded', {
        ...{ id: 'pi_y', amount_received: 5, currency: 'usd' },
        metadata: { tenant_id: 'default', user_id: 'imp_u_ada', tokens: '1e9999' },
      }),
    ],
  ])('%s is acknowledged and ignored', async (_, body) => {
    const before = await harness.balance(ada);
    expect(await harness.deliver(body)).toEqual({ received: true });
    expect(await harness.balance(ada)).toBe(before);
  });

  it('is refused if it is signed but not JSON', async () => {
    await expect(harness.deliver('{"id":')).rejects.toMatchObject(refused);
  });
});

describe('a successful payment', () => {
  it('is credited without a confirmation, once, even if it is reported repeatedly', async () => {
    const who = asUser('told');
    const id = await paid(who);
    const same = eventOf('payment_intent.succeeded', harness.stripe.intents.get(id)!);
    await Promise.all([same, same, same].map((body) => harness.deliver(body)));
    await harness.reportPaid(id);
    expect(await harness.balance(who)).toBe(20_500);
    expect(await harness.query('select count(*) as n from payment_event where id = $1', [JSON.parse(same).id])).toEqual([{ n: 1 }]);
    expect(await statusOf(who)).toBe('succeeded');
  });

  it('is credited once if confirmations and webhooks race', async () => {
    const who = asUser('race');
    const id = await paid(who);
    const confirm = () => harness.call(billing.confirmTopup, asService('panel'), { payment_intent_id: id });
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? confirm() : harness.reportPaid(id))));
    expect(await harness.balance(who)).toBe(20_500);
    expect(await lines(who)).toEqual([
      ['topup', 20_000],
      ['grant', 500],
    ]);
  });

  it('is credited even if a crash left it unrecorded', async () => {
    const who = asUser('forgotten');
    const id = await paid(who);
    await harness.query('delete from payment where id = $1', [id]);
    await harness.reportPaid(id);
    expect(await harness.balance(who)).toBe(20_500);
  });

  it('is not credited if the received amount differs from its price', async () => {
    const who = asUser('short');
    const { payment_intent_id } = await harness.call(billing.startTopup, who, order);
    harness.stripe.pay(payment_intent_id, 1_999);
    expect(await harness.reportPaid(payment_intent_id)).toEqual({ received: true });
    expect(await harness.balance(who)).toBe(500);
  });

  it('is credited by the redelivery after a failed delivery', async () => {
    const who = asUser('again');
    const body = eventOf('payment_intent.succeeded', harness.stripe.intents.get(await paid(who))!);
    await harness.query(`alter table outbox rename to outbox_gone`);
    await expect(harness.deliver(body)).rejects.toMatchObject({ body: { status: 500 } });
    await harness.query(`alter table outbox_gone rename to outbox`);
    expect(await harness.balance(who)).toBe(500);
    await harness.deliver(body);
    expect(await harness.balance(who)).toBe(20_500);
  });

  it('is shown as canceled if it was canceled', async () => {
    const who = asUser('canceled');
    const { payment_intent_id } = await harness.call(billing.startTopup, who, order);
    expect(await statusOf(who)).toBe('pending');
    await harness.deliver(eventOf('payment_intent.canceled', { id: payment_intent_id }));
    expect(await statusOf(who)).toBe('canceled');
  });
});

describe('returned money', () => {
  it('takes its credits back, all or a part, and publishes it', async () => {
    const who = asUser('refunded');
    const id = await paid(who);
    await harness.reportPaid(id);
    await harness.deliver(refund(id, 500));
    expect([await harness.balance(who), await statusOf(who)]).toEqual([15_500, 'partially_refunded']);
    await harness.deliver(refund(id, 2_000));
    expect([await harness.balance(who), await statusOf(who)]).toEqual([500, 'refunded']);
    expect(await lines(who)).toEqual([
      ['reversal', -15_000],
      ['reversal', -5_000],
      ['topup', 20_000],
      ['grant', 500],
    ]);
    const events = await harness.query(`select payload from outbox where payload->>'user_id' = 'imp_u_refunded' order by seq`);
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { reason: 'topup' },
      { reason: 'reversal', amount: -5_000, balance: 15_500 },
      {},
    ]);
    expect((await harness.call(billing.listPayments, who, { limit: 1, offset: 0 })).rows[0]).toMatchObject({
      receipt_url: expect.stringContaining(id),
    });
  });

  it('may be reported in any order and repeatedly', async () => {
    const who = asUser('disorder');
    const id = await paid(who);
    const [part, all] = [refund(id, 500), refund(id, 2_000)];
    for (const body of [all, part, part, eventOf('payment_intent.succeeded', harness.stripe.intents.get(id)!), all, part])
      await harness.deliver(body);
    expect([await harness.balance(who), await statusOf(who)]).toEqual([500, 'refunded']);
  });

  it('becomes a debt if the credits are spent, which the next top-up pays first', async () => {
    const who = asUser('spent');
    const id = await paid(who);
    await harness.reportPaid(id);
    await harness.spend(who, 19_000);
    await harness.deliver(refund(id, 2_000));
    expect(await harness.balance(who)).toBe(0);
    await harness.reportPaid(await paid(who));
    expect(await harness.balance(who)).toBe(1_500);
    expect(await lines(who)).toEqual([
      ['repayment', -18_500],
      ['topup', 20_000],
      ['reversal', -1_500],
      ['call', -19_000],
      ['topup', 20_000],
      ['grant', 500],
    ]);
  });

  it('never touches credits that a hold reserves', async () => {
    const who = asUser('busy');
    const id = await paid(who);
    await harness.reportPaid(id);
    const terms = {
      key: 'open',
      app_id: 'notes',
      function: 'save',
      base_price: 15_000,
      platform_fee: 0,
      split: 70,
      developer_id: 'd',
      ttl_s: 900,
    };
    const { hold_id } = await harness.call(billing.placeHold, who, terms);
    await harness.deliver(refund(id, 2_000));
    expect(await harness.balance(who)).toBe(15_000);
    expect(await harness.call(billing.captureHold, who, { hold_id })).toMatchObject({ charged: 15_000, debt: 0, balance: 0 });
  });

  it('that is disputed is taken back until the dispute is won', async () => {
    const who = asUser('disputer');
    const id = await paid(who);
    await harness.reportPaid(id);
    await harness.deliver(dispute(id, 'warning_needs_response', 'charge.dispute.created'));
    expect(await harness.balance(who)).toBe(20_500);
    await harness.deliver(dispute(id, 'needs_response', 'charge.dispute.created'));
    expect([await harness.balance(who), await statusOf(who)]).toEqual([500, 'disputed']);
    await harness.deliver(dispute(id, 'under_review'));
    await harness.deliver(dispute(id, 'won', 'charge.dispute.closed'));
    await harness.deliver(dispute(id, 'needs_response', 'charge.dispute.funds_withdrawn'));
    expect([await harness.balance(who), await statusOf(who)]).toEqual([20_500, 'succeeded']);
    expect((await lines(who))[0]).toEqual(['reinstatement', 20_000]);
  });

  it('that is disputed after it was spent becomes a debt, which a won dispute repays', async () => {
    const who = asUser('regretful');
    const id = await paid(who);
    await harness.reportPaid(id);
    await harness.spend(who, 20_000);
    await harness.deliver(dispute(id, 'lost', 'charge.dispute.closed'));
    expect(await harness.balance(who)).toBe(0);
    const won = asUser('lucky');
    const theirs = await paid(won);
    await harness.reportPaid(theirs);
    await harness.spend(won, 20_000);
    await harness.deliver(dispute(theirs, 'needs_response', 'charge.dispute.created'));
    await harness.deliver(dispute(theirs, 'won', 'charge.dispute.closed'));
    expect(await harness.balance(won)).toBe(500);
  });
});

describe('the list of payments', () => {
  it('has exactly the documented keys, newest first, page by page', async () => {
    const who = asUser('lister');
    const [first, second] = [await paid(who), await paid(who)];
    await harness.reportPaid(second);
    const { rows: all } = await harness.call(billing.listPayments, who, { limit: 50, offset: 0 });
    expect(all).toEqual([
      {
        ...{ payment_intent_id: second, amount_cents: 2_000, currency: 'usd', tokens: 20_000, status: 'succeeded', type: 'topup' },
        ...{ created_at: expect.any(Date), completed_at: expect.any(Date), receipt_url: null },
      },
      expect.objectContaining({ payment_intent_id: first, status: 'pending', completed_at: null }),
    ]);
    expect((await harness.call(billing.listPayments, who, { limit: 1, offset: 1 })).rows).toEqual([all[1]]);
    const owner = { user_id: who.user, tenant_id: 'default' };
    expect((await harness.call(billing.listPaymentsOf, asService('panel'), { ...owner, limit: 50, offset: 0 })).rows).toEqual(all);
    for (const other of [asUser('mallory'), asUser('lister', { tenant: 'imp_t_other' })])
      expect(
        (await harness.call(billing.listPayments, other, { limit: 50, offset: 0 })).rows.map((one) => one.payment_intent_id),
      ).not.toContain(first);
  });

  it('names the field that is out of bounds', async () => {
    await expect(harness.call(billing.listPayments, ada, { limit: 0, offset: 0 })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: ['limit'] }] },
    });
  });
});
