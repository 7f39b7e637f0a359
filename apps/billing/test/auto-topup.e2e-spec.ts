import { billing, type UpdateAutoTopup } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { asAnonymous, asUser, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventOf, startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const settings: UpdateAutoTopup = { enabled: true, threshold_pct: 10, recharge_tokens: 1_000, payment_method_id: '' };
const set = (ctx: Ctx, more: Partial<UpdateAutoTopup> = {}) => harness.call(billing.updateAutoTopup, ctx, { ...settings, ...more });
const state = (ctx: Ctx) => harness.call(billing.getAutoTopupState, ctx, {});
const recharges = ({ user }: Ctx) =>
  harness.query('select status, reason, attempts from recharge where user_id = $1 order by created_at', [user]);
const ended = (ctx: Ctx, count = 1) =>
  waitUntil(
    'the recharge',
    async () => {
      const all = await recharges(ctx);
      return all.length === count && all.every(({ status }) => status !== 'due') ? all : undefined;
    },
    10_000,
  );
const charges = ({ user }: Ctx, status = 'succeeded') =>
  [...harness.stripe.intents.values()].filter((intent) => intent.metadata['user_id'] === user && intent.status === status);
const events = async ({ user }: Ctx) =>
  (
    await harness.query(`select payload from outbox where subject = $1 and payload->>'user_id' = $2 order by seq`, [
      billing.autoTopupChanged.subject,
      user,
    ])
  ).map(({ payload }) => payload as { enabled: boolean; reason: string });
const makeDue = ({ user }: Ctx) => harness.query(`update recharge set due_at = now() where status = 'due' and user_id = $1`, [user]);
/** A user with a card and an automatic top-up of 1,000 credits below 100. */
async function newUser(name: string, more: Partial<UpdateAutoTopup> = {}, last4?: string): Promise<Ctx> {
  const ctx = asUser(name);
  await harness.card(ctx, last4);
  await set(ctx, more);
  return ctx;
}

beforeAll(async () => {
  harness = await startBillingWithStripe();
});
afterEach(async () => {
  harness.stripe.mode = 'ok';
  harness.stripe.modeOf.clear();
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

describe('the settings', () => {
  it('are disabled by default, and have exactly the documented keys', async () => {
    expect(await harness.call(billing.getAutoTopup, asUser('new'), {})).toEqual({
      ...{ enabled: false, threshold_pct: 10, recharge_tokens: 20_000, recharge_cents: 2_000, payment_method_id: '' },
    });
  });

  it('are saved, and returned with their cost and threshold', async () => {
    const ctx = asUser('keeper');
    const card = await harness.card(ctx);
    const answer = await set(ctx, { threshold_pct: 25, payment_method_id: card, monthly_cap_cents: 500 });
    const kept = { enabled: true, threshold_pct: 25, recharge_tokens: 1_000, recharge_cents: 100, payment_method_id: card };
    const more = { threshold_tokens: 250, monthly_cap_cents: 500, spent_this_month_cents: 0, off_reason: null, last_topup_at: null };
    expect(answer).toEqual({ ...kept, ...more });
    expect(await harness.call(billing.getAutoTopup, ctx, {})).toEqual(kept);
    expect(await set(ctx, { enabled: false })).toMatchObject({ enabled: false, monthly_cap_cents: 500, payment_method_id: '' });
    expect(await events(ctx)).toMatchObject([
      { enabled: true, reason: 'settings' },
      { enabled: false, reason: 'settings' },
    ]);
  });

  it('belong to one user', async () => {
    await newUser('owner');
    expect(await state(asUser('mallory'))).toMatchObject({ enabled: false });
    expect(await state(asUser('owner', { tenant: 'imp_t_other' }))).toMatchObject({ enabled: false });
    for (const operation of [billing.getAutoTopup, billing.getAutoTopupState])
      await expect(harness.call(operation, asAnonymous(), {})).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
    await expect(set(asAnonymous())).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });

  it('cannot be enabled without a payment method, or with an invalid price', async () => {
    await expect(set(asUser('cardless'))).rejects.toMatchObject({ body: { code: 'payment_method_not_found' } });
    await expect(set(asUser('cardless'), { recharge_tokens: 999 })).rejects.toMatchObject({ body: { code: 'price_mismatch' } });
    await expect(set(asUser('cardless'), { recharge_tokens: 1_005 })).rejects.toMatchObject({ body: { code: 'price_mismatch' } });
    harness.stripe.mode = 'broken';
    await harness.query(`insert into payment_customer values ('stripe', 'default', 'imp_u_cardless', 'cus_x')`);
    await expect(set(asUser('cardless'))).rejects.toMatchObject({ body: { code: 'payment_provider_away' } });
    expect(await state(asUser('cardless'))).toMatchObject({ enabled: false });
  });

  it.each([
    ['threshold_pct', 0],
    ['threshold_pct', 51],
    ['recharge_tokens', 0],
    ['enabled', 'perhaps'],
    ['monthly_cap_cents', 0],
  ])('reject an invalid value and name the field: %s = %s', async (field, value) => {
    await expect(set(asUser('wrong'), { [field]: value })).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: [field] }] } });
  });
});

describe('a charge that leaves less than the threshold', () => {
  it('is followed by one top-up, paid with the card', async () => {
    const ctx = await newUser('low');
    await harness.spend(ctx, 400);
    expect(await recharges(ctx)).toEqual([]);
    await harness.spend(ctx, 1);
    await ended(ctx);
    expect(await harness.balance(ctx)).toBe(1_099);
    expect(charges(ctx)).toMatchObject([{ amount: 100, metadata: { kind: 'auto_topup', tokens: '1000' } }]);
    expect((await harness.call(billing.listPayments, ctx, { limit: 5, offset: 0 })).rows).toMatchObject([
      { type: 'auto_topup', status: 'succeeded' },
    ]);
    expect(await state(ctx)).toMatchObject({ spent_this_month_cents: 100, last_topup_at: expect.any(Date) });
    await harness.spend(ctx, 1_000);
    await ended(ctx, 2);
    expect(await harness.balance(ctx)).toBe(1_099);
  });

  it('requests one top-up even if many charges cross the threshold at once on several instances', async () => {
    const ctx = await newUser('crowd');
    const others = [await harness.startCopy(), await harness.startCopy()];
    await Promise.all(Array.from({ length: 50 }, () => harness.spend(ctx, 10)));
    await ended(ctx);
    for (const { stop } of others) await stop();
    expect(charges(ctx)).toHaveLength(1);
    expect(await harness.balance(ctx)).toBe(1_000);
  });

  it('charges the configured method, or else the default one', async () => {
    const ctx = asUser('chooser');
    const [named] = [await harness.card(ctx), await harness.card(ctx, '0002')];
    await set(ctx, { payment_method_id: named });
    await harness.spend(ctx, 500);
    expect(await ended(ctx)).toMatchObject([{ status: 'done' }]);
  });

  it('requests no top-up while automatic top-up is disabled', async () => {
    const ctx = await newUser('off');
    await set(ctx, { enabled: false });
    await harness.spend(ctx, 500);
    expect(await recharges(ctx)).toEqual([]);
    const early = await newUser('early');
    await harness.query(`update auto_topup set enabled = false where user_id = 'imp_u_early'`);
    await harness.spend(early, 500);
    expect(charges(early)).toEqual([]);
  });

  it('is not a refund: a refund never charges the card', async () => {
    const ctx = await newUser('returner');
    const { payment_intent_id } = await harness.call(billing.startTopup, ctx, {
      tokens: 1_000,
      price_cents: 100,
      save_payment_method: false,
    });
    harness.stripe.pay(payment_intent_id);
    await harness.reportPaid(payment_intent_id);
    await harness.spend(ctx, 500);
    const { metadata } = harness.stripe.intents.get(payment_intent_id)!;
    const charge = { id: 'ch_1', payment_intent: payment_intent_id, amount: 100, currency: 'usd', amount_refunded: 100, metadata };
    await harness.deliver(eventOf('charge.refunded', charge));
    expect(await harness.balance(ctx)).toBe(0);
    expect(await recharges(ctx)).toEqual([]);
    expect(await state(ctx)).toMatchObject({ enabled: true });
  });

  it('waits for the next month at the monthly cap, publishes that, and continues at once with a higher cap', async () => {
    const ctx = await newUser('capped', { monthly_cap_cents: 150 });
    await harness.spend(ctx, 450);
    await ended(ctx);
    await harness.spend(ctx, 1_000);
    await waitUntil('the notice', async () => (await events(ctx)).some(({ reason }) => reason === 'monthly_cap'), 10_000);
    await makeDue(ctx);
    await waitUntil('another check', async () => (await events(ctx)).filter(({ reason }) => reason === 'monthly_cap').length > 1, 10_000);
    expect(charges(ctx)).toHaveLength(1);
    const [waiting] = await harness.query(
      `select due_at > now() + interval '1 minute' as later from recharge where status = 'due' and user_id = $1`,
      [ctx.user],
    );
    expect(waiting).toEqual({ later: true });
    await set(ctx, { monthly_cap_cents: 200 });
    await ended(ctx, 2);
    expect(charges(ctx)).toHaveLength(2);
  });
});

describe('a refused card', () => {
  it.each([
    ['0002', 'declined'],
    ['3155', 'requires_action'],
  ])('%s is charged once; automatic top-up is then disabled with the reason', async (last4, reason) => {
    const ctx = await newUser(`refused_${last4}`, {}, last4);
    await harness.spend(ctx, 450);
    expect(await ended(ctx)).toMatchObject([{ status: 'failed', reason, attempts: 1 }]);
    expect(await state(ctx)).toMatchObject({ enabled: false, off_reason: reason });
    expect((await events(ctx)).at(-1)).toMatchObject({ enabled: false, reason });
    await harness.spend(ctx, 10);
    await harness.spend(ctx, 10);
    expect(await recharges(ctx)).toHaveLength(1);
    expect(charges(ctx, 'requires_payment_method')).toHaveLength(1);
    await harness.card(ctx);
    expect(await set(ctx)).toMatchObject({ enabled: true, off_reason: null });
    await harness.spend(ctx, 10);
    await ended(ctx, 2);
    expect(await harness.balance(ctx)).toBe(1_020);
  });

  it('has the same effect if it was removed', async () => {
    const ctx = asUser('remover');
    const card = await harness.card(ctx);
    await set(ctx);
    await harness.call(billing.removePaymentMethod, ctx, { pm_id: card });
    await harness.spend(ctx, 450);
    expect(await ended(ctx)).toMatchObject([{ status: 'failed', reason: 'no_payment_method' }]);
  });

  it('is no longer charged after its owner disputes a payment', async () => {
    const ctx = await newUser('disputer');
    await harness.spend(ctx, 450);
    await ended(ctx);
    const [payment] = charges(ctx);
    await harness.deliver(
      eventOf('charge.dispute.created', { id: 'dp_1', payment_intent: payment!.id, amount: 100, status: 'needs_response' }),
    );
    expect(await state(ctx)).toMatchObject({ enabled: false, off_reason: 'disputed' });
    await harness.spend(ctx, 10);
    expect(await recharges(ctx)).toHaveLength(1);
  });
});

it('a plan without top-ups turns automatic ones off, and charges no card', async () => {
  const ctx = await newUser('planless');
  const topups = (value: boolean) =>
    harness.query(`update plan set features = features || jsonb_build_object('topups', $1::boolean) where id = 'free'`, [value]);
  await topups(false);
  await harness.spend(ctx, 450);
  expect(await ended(ctx)).toMatchObject([{ status: 'failed' }]);
  expect(await state(ctx)).toMatchObject({ enabled: false, off_reason: 'plan' });
  expect(charges(ctx)).toEqual([]);
  await topups(true);
});

describe('a failing Stripe', () => {
  it.each(['silent', 'hang_up', 'limited', 'broken', 'garbage', 'html', 'empty'] as const)(
    'that is %s after it charged the card is called again, and the card is charged once',
    async (mode) => {
      const ctx = await newUser(`ill_${mode}`);
      harness.stripe.modeOf.set('POST /v1/payment_intents', mode);
      await harness.spend(ctx, 450);
      await waitUntil('the charge', () => charges(ctx).length > 0, 10_000);
      await waitUntil('the answer', async () => (await recharges(ctx)).some(({ attempts }) => attempts === 1), 10_000);
      await new Promise((resolve) => setTimeout(resolve, mode === 'silent' ? 2_000 : 300));
      expect(await harness.balance(ctx)).toBe(50);
      harness.stripe.modeOf.clear();
      await harness.card(ctx);
      await makeDue(ctx);
      expect(await ended(ctx)).toMatchObject([{ status: 'done' }]);
      expect(charges(ctx)).toHaveLength(1);
      expect(await harness.balance(ctx)).toBe(1_050);
    },
  );

  it('is not called again if its webhook reports the payment first', async () => {
    const ctx = await newUser('teller');
    harness.stripe.modeOf.set('POST /v1/payment_intents', 'hang_up');
    await harness.spend(ctx, 450);
    const [payment] = await waitUntil('the charge', () => (charges(ctx).length ? charges(ctx) : undefined), 10_000);
    await harness.reportPaid(payment!.id);
    expect(await ended(ctx)).toMatchObject([{ status: 'done' }]);
    expect(await harness.balance(ctx)).toBe(1_050);
    await harness.spend(ctx, 1_000);
    harness.stripe.modeOf.clear();
    await waitUntil('the next', async () => (await recharges(ctx)).length === 2, 10_000);
    await makeDue(ctx);
    await ended(ctx, 2);
    expect(charges(ctx)).toHaveLength(2);
  });

  it('is given up after hours, and automatic top-up is disabled', async () => {
    const ctx = await newUser('hours');
    harness.stripe.modeOf.set('POST /v1/payment_intents', 'denied');
    await harness.spend(ctx, 450);
    await waitUntil('the first try', async () => (await recharges(ctx))[0]?.['attempts'] === 1, 10_000);
    await harness.query(`update recharge set attempts = 11, due_at = now() where user_id = 'imp_u_hours'`);
    expect(await ended(ctx)).toMatchObject([{ status: 'failed', reason: 'provider_away' }]);
    expect(await state(ctx)).toMatchObject({ enabled: false, off_reason: 'provider_away' });
  });
});
