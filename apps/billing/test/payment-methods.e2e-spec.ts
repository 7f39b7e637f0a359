import { auth } from '@skep/contracts/auth';
import { billing, type PaymentMethod } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { asAnonymous, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const ada = asUser('ada');
const methods = (ctx: Ctx): Promise<PaymentMethod[]> => harness.call(billing.listPaymentMethods, ctx, {});
const away = { body: { code: 'payment_provider_away', status: 503 } };
const unknown = { body: { code: 'payment_method_not_found', status: 404 } };

beforeAll(async () => {
  harness = await startBillingWithStripe();
});
afterEach(() => {
  harness.stripe.mode = 'ok';
});
afterAll(() => harness?.close());

describe('a paying user', () => {
  it('has no methods at first, and Stripe is not called for users without a customer', async () => {
    expect(await methods(asUser('new'))).toEqual([]);
    expect(harness.stripe.requests).toEqual([]);
  });

  it('saves a card with the client secret, and gets it with exactly the documented keys', async () => {
    const setup = await harness.call(billing.setUpPaymentMethod, ada, {});
    expect(setup).toEqual({ client_secret: expect.stringMatching(/^seti_/), publishable_key: 'pk_test_loopback' });
    const id = await harness.card(ada);
    expect(await methods(ada)).toEqual([
      { id, type: 'card', brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2044, is_default: true },
    ]);
  });

  it('is one Stripe customer with their id in its metadata, even under concurrent calls', async () => {
    const carl = asUser('carl');
    await Promise.allSettled(Array.from({ length: 5 }, () => harness.call(billing.setUpPaymentMethod, carl, {})));
    const mine = [...harness.stripe.customers.values()].filter(({ metadata }) => metadata['user_id'] === 'imp_u_carl');
    expect(mine).toMatchObject([{ metadata: { tenant_id: 'default' } }]);
  });

  it('is deleted at Stripe with all cards once erased, even if Skep was down then and Stripe afterwards', async () => {
    const gone = asUser('gone');
    await harness.card(gone);
    const customers = () => [...harness.stripe.customers.values()].filter(({ metadata }) => metadata['user_id'] === gone.user);
    expect(customers()).toHaveLength(1);
    harness.stripe.mode = 'broken';
    await harness.stop();
    await harness.publish(auth.userErased, { tenant_id: gone.tenant, user_id: gone.user });
    await harness.restart();
    await waitUntil(
      'a request to Stripe',
      () => harness.stripe.requests.some((request) => request.startsWith('DELETE /v1/customers/')),
      10_000,
    );
    expect(await harness.query('select customer_id from payment_customer where user_id = $1', [gone.user])).toHaveLength(1);
    harness.stripe.mode = 'ok';
    const known = () => harness.query('select from payment_customer where user_id = $1', [gone.user]);
    await waitUntil('both deletions', async () => !(await known()).length && !customers().length, 10_000);
  });

  it('chooses the default card; otherwise it is the newest', async () => {
    const bob = asUser('bob');
    const [first, second] = [await harness.card(bob), await harness.card(bob)];
    const preferred = async () => (await methods(bob)).filter(({ is_default }) => is_default).map(({ id }) => id);
    expect(await preferred()).toEqual([second]);
    expect(await harness.call(billing.setDefaultPaymentMethod, bob, { pm_id: first })).toEqual({ id: first, is_default: true });
    expect(await preferred()).toEqual([first]);
  });

  it('removes a card, once; automatic top-ups that named it use the default card afterwards', async () => {
    const eve = asUser('eve');
    const [first, second] = [await harness.card(eve), await harness.card(eve)];
    await harness.call(billing.updateAutoTopup, eve, {
      enabled: true,
      threshold_pct: 10,
      recharge_tokens: 20_000,
      payment_method_id: first,
    });
    expect(await harness.call(billing.removePaymentMethod, eve, { pm_id: first })).toEqual({ id: first, removed: true });
    expect((await methods(eve)).map(({ id }) => id)).toEqual([second]);
    await expect(harness.call(billing.removePaymentMethod, eve, { pm_id: first })).rejects.toMatchObject(unknown);
    expect(await harness.call(billing.getAutoTopup, eve, {})).toMatchObject({ enabled: true, payment_method_id: '' });
  });

  it('gets the URL of the provider’s portal, which links back', async () => {
    const { url } = await harness.call(billing.openPortal, ada, { return_url: 'https://panel.example/billing' });
    expect(url).toMatch(/^https:\/\/billing\.example\/cus_/);
    await expect(harness.call(billing.openPortal, ada, { return_url: 'javascript:alert(1)' })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: ['return_url'] }] },
    });
  });

  it('buys credits with the saved card at once', async () => {
    const fay = asUser('fay');
    await harness.card(fay);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    const started = await harness.call(billing.startTopup, fay, order);
    expect(started).toMatchObject({ succeeded: true, requires_action: false, client_secret: '' });
    expect(await harness.balance(fay)).toBe(20_500);
    expect(harness.stripe.intents.get(started.payment_intent_id)).toMatchObject({
      amount: 2_000,
      metadata: { tokens: '20000', kind: 'topup' },
    });
  });

  it.each([
    ['0002', 402],
    [undefined, 402],
  ])('gets an error and no credits if the card %s cannot be charged', async (last4, status) => {
    const gus = asUser(`gus_${last4}`);
    if (last4) await harness.card(gus, last4);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    await expect(harness.call(billing.startTopup, gus, order)).rejects.toMatchObject({ body: { code: 'payment_not_completed', status } });
    expect(await harness.balance(gus)).toBe(500);
  });

  it('confirms the payment if the bank requires authentication', async () => {
    const hal = asUser('hal');
    await harness.card(hal, '3155');
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    const started = await harness.call(billing.startTopup, hal, order);
    expect(started).toMatchObject({ succeeded: false, requires_action: true, client_secret: `${started.payment_intent_id}_secret_1` });
    harness.stripe.pay(started.payment_intent_id);
    await harness.reportPaid(started.payment_intent_id);
    expect(await harness.balance(hal)).toBe(20_500);
  });

  it('is charged once under one Idempotency-Key if the answer was lost', async () => {
    const ida = asUser('ida', { idempotencyKey: 'lost' });
    await harness.card(ida);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    harness.stripe.modeOf.set('POST /v1/payment_intents', 'hang_up');
    await expect(harness.call(billing.startTopup, ida, order)).rejects.toMatchObject(away);
    harness.stripe.modeOf.clear();
    await harness.card(ida);
    expect(await harness.call(billing.startTopup, ida, order)).toMatchObject({ succeeded: true });
    const taken = [...harness.stripe.intents.values()].filter(
      ({ metadata, status }) => metadata['user_id'] === 'imp_u_ida' && status === 'succeeded',
    );
    expect(taken).toHaveLength(1);
    expect(await harness.balance(ida)).toBe(20_500);
  });
});

describe.each([
  ['another user', asUser('mallory')],
  ['the same id in another tenant', asUser('ada', { tenant: 'imp_t_other' })],
])('%s', (_, other) => {
  it('can list, choose and remove only their own methods', async () => {
    const mine = await harness.card(ada);
    for (const saved of [false, true]) {
      if (saved) await harness.card(other);
      expect((await methods(other)).map(({ id }) => id)).not.toContain(mine);
      await expect(harness.call(billing.setDefaultPaymentMethod, other, { pm_id: mine })).rejects.toMatchObject(unknown);
      await expect(harness.call(billing.removePaymentMethod, other, { pm_id: mine })).rejects.toMatchObject(unknown);
      const settings = { enabled: true, threshold_pct: 10, recharge_tokens: 20_000, payment_method_id: mine };
      await expect(harness.call(billing.updateAutoTopup, other, settings)).rejects.toMatchObject(unknown);
    }
    expect((await methods(ada)).map(({ id }) => id)).toContain(mine);
  });
});

it.each(['silent', 'hang_up', 'limited', 'broken', 'garbage', 'html', 'empty', 'denied'] as const)(
  'answers payment_provider_away while Stripe is %s',
  async (mode) => {
    const known = await harness.card(ada);
    harness.stripe.mode = mode;
    await expect(methods(ada)).rejects.toMatchObject(away);
    await expect(harness.call(billing.removePaymentMethod, ada, { pm_id: known })).rejects.toMatchObject(away);
    await expect(harness.call(billing.openPortal, ada, {})).rejects.toMatchObject(away);
    harness.stripe.mode = 'ok';
  },
);

it('sends every unsafe request to Stripe with an idempotency key', () => {
  expect(harness.stripe.withoutKey).toEqual([]);
});

it('refuses methods and the portal without a user', async () => {
  for (const operation of [billing.listPaymentMethods, billing.setUpPaymentMethod, billing.openPortal, billing.listPayments])
    await expect(harness.call<object, unknown>(operation, asAnonymous(), {})).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
});

it('returns to a service the methods of the user that it names', async () => {
  const whose = { user_id: 'imp_u_bob', tenant_id: 'default' };
  expect(await harness.call(billing.listPaymentMethodsOf, asService('panel'), whose)).toHaveLength(2);
  expect(await harness.call(billing.listPaymentMethodsOf, asService('panel'), { ...whose, tenant_id: 'imp_t_other' })).toEqual([]);
  for (const acting of [ada, asUser('bob', { tenant: 'imp_t_other' })])
    await expect(harness.call(billing.listPaymentMethodsOf, acting, whose)).rejects.toMatchObject({ body: { code: 'user_not_found' } });
});

it('the sandbox behaves the same with sandbox cards', async () => {
  const sandbox = await startService('billing', start);
  try {
    const call = sandbox.call;
    await call(billing.setUpPaymentMethod, ada, {});
    await call(billing.setUpPaymentMethod, ada, {});
    const cards = await call(billing.listPaymentMethods, ada, {});
    expect(cards.map(({ brand, is_default }) => [brand, is_default])).toEqual([
      ['sandbox', true],
      ['sandbox', false],
    ]);
    await call(billing.setDefaultPaymentMethod, ada, { pm_id: cards[1]!.id });
    expect((await call(billing.listPaymentMethods, ada, {})).map(({ is_default }) => is_default)).toEqual([false, true]);
    await expect(call(billing.removePaymentMethod, asUser('bob'), { pm_id: cards[0]!.id })).rejects.toMatchObject(unknown);
    await expect(call(billing.setDefaultPaymentMethod, asUser('bob'), { pm_id: cards[0]!.id })).rejects.toMatchObject(unknown);
    const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, off_session: true };
    expect(await call(billing.startTopup, ada, order)).toMatchObject({ succeeded: true });
    await sandbox.query(`update sandbox_card set last4 = '0002'`);
    await expect(call(billing.startTopup, ada, order)).rejects.toMatchObject({ body: { code: 'payment_not_completed' } });
    await sandbox.query(`update sandbox_card set last4 = '3155'`);
    expect(await call(billing.startTopup, ada, order)).toMatchObject({ requires_action: true });
    expect((await call(billing.openPortal, ada, {})).url).toContain('sandbox.invalid');
    expect((await call(billing.getBalance, ada, {})).balance).toBe(20_500);
  } finally {
    await sandbox.close();
  }
});
