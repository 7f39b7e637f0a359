import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type FailureMode, StripeServer } from './stripe-server.js';

const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_loopback', STRIPE_PUBLISHABLE_KEY: 'pk_test_loopback' };
const stripe = new StripeServer(STRIPE.STRIPE_SECRET_KEY);
let harness: ServiceHarness;
const ada = asUser('ada');
const panel = asService('panel');
const balance = async () => (await harness.call(billing.getBalance, ada, {})).balance;
const begin = (ctx = ada, save_payment_method = false) =>
  harness.call(billing.startTopup, ctx, { tokens: 20_000, price_cents: 2_000, save_payment_method });
const confirm = (payment_intent_id: string) => harness.call(billing.confirmTopup, panel, { payment_intent_id });
const away = { body: { code: 'payment_provider_away', status: 503 }, retryAfter: 2 };
const responses: FailureMode[] = ['silent', 'half', 'hang_up', 'limited', 'broken', 'garbage', 'html', 'empty', 'denied'];

beforeAll(async () => {
  harness = await startService('billing', start, { env: { ...STRIPE, STRIPE_API_BASE: await stripe.open(), STRIPE_TIMEOUT_MS: '1500' } });
});
afterEach(() => {
  stripe.mode = 'ok';
});
afterAll(async () => {
  await harness?.close();
  await stripe.close();
});

describe('a top-up through Stripe', () => {
  it('is a PaymentIntent of the price, with the owner and the credits in its metadata', async () => {
    const started = await begin(ada, true);
    expect(started).toEqual({
      payment_intent_id: expect.stringMatching(/^pi_0/),
      client_secret: `${started.payment_intent_id}_secret_1`,
      publishable_key: 'pk_test_loopback',
      succeeded: false,
      requires_action: false,
    });
    expect(stripe.intents.get(started.payment_intent_id)).toMatchObject({
      amount: 2_000,
      currency: 'usd',
      metadata: { tenant_id: 'default', user_id: 'imp_u_ada', tokens: '20000' },
      setup_future_usage: 'off_session',
    });
    expect((await harness.call(billing.getTopupConfig, ada, {})).publishable_key).toBe('pk_test_loopback');
  });

  it('is credited once it is paid, and Stripe is not called again after that', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    expect(await confirm(payment_intent_id)).toEqual({ status: 'succeeded', payment_intent_id, tokens: 20_000, balance: before + 20_000 });
    const requestsBefore = stripe.requests.length;
    expect(await confirm(payment_intent_id)).toMatchObject({ balance: before + 20_000 });
    expect(stripe.requests.length).toBe(requestsBefore);
  });

  it('is credited once under concurrent confirmations', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    await Promise.all(Array.from({ length: 20 }, () => confirm(payment_intent_id)));
    expect(await balance()).toBe(before + 20_000);
  });

  it('holds no database connection while it waits for Stripe', async () => {
    const { payment_intent_id } = await begin();
    const before = stripe.requests.length;
    stripe.mode = 'silent';
    const waiting = Promise.allSettled(Array.from({ length: 20 }, (_, i) => (i % 2 ? confirm(payment_intent_id) : begin())));
    await waitUntil('the requests', () => stripe.requests.length === before + 20);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const open = `select query from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%' and xact_start < now() - interval '250 ms'`;
    expect(await harness.query(open)).toEqual([]);
    for (const { status } of await waiting) expect(status).toBe('rejected');
  });
});

describe('nothing is credited', () => {
  it('before it is paid', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed', status: 402 } });
    stripe.intents.get(payment_intent_id)!.status = 'processing';
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed' } });
    expect(await balance()).toBe(before);
  });

  it.each([0, 1_999, 2_001])('if %i cents were received for 2000', async (cents) => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id, cents);
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed' } });
    expect(await balance()).toBe(before);
  });

  it('if another currency was received', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    stripe.intents.get(payment_intent_id)!.currency = 'jpy';
    await expect(confirm(payment_intent_id)).rejects.toMatchObject(away);
    expect(await balance()).toBe(before);
  });

  it('if the card was declined', async () => {
    const { payment_intent_id } = await begin();
    stripe.mode = 'declined';
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed', status: 402 } });
  });

  it('if Stripe does not know the payment', async () => {
    const { payment_intent_id } = await begin();
    stripe.intents.delete(payment_intent_id);
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_found', status: 404 } });
  });

  it.each(responses)('while Stripe is %s, and it is credited after Stripe recovers', async (mode) => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    stripe.mode = mode;
    await expect(confirm(payment_intent_id)).rejects.toMatchObject(away);
    expect(await balance()).toBe(before);
    stripe.mode = 'ok';
    expect(await confirm(payment_intent_id)).toMatchObject({ balance: before + 20_000 });
  });
});

describe('a top-up request', () => {
  it.each<FailureMode>([...responses.filter((mode) => mode !== 'silent' && mode !== 'half'), 'declined'])(
    'fails while Stripe is %s',
    async (mode) => {
      stripe.mode = mode;
      await expect(begin()).rejects.toMatchObject(away);
    },
  );

  it('is the same payment if it is repeated with its Idempotency-Key after a lost answer', async () => {
    const ctx = { ...ada, idempotencyKey: 'order-1' };
    const before = stripe.intents.size;
    stripe.mode = 'silent';
    await expect(begin(ctx)).rejects.toMatchObject(away);
    stripe.mode = 'ok';
    const { payment_intent_id } = await begin(ctx);
    expect(stripe.intents.size).toBe(before + 1);
    expect((await begin(asUser('bob'))).payment_intent_id).not.toBe(payment_intent_id);
    stripe.pay(payment_intent_id);
    expect(await confirm(payment_intent_id)).toMatchObject({ tokens: 20_000 });
  });

  it('is another payment with another price under a used Idempotency-Key', async () => {
    const ctx = { ...ada, idempotencyKey: 'order-2' };
    stripe.mode = 'silent';
    await expect(begin(ctx)).rejects.toMatchObject(away);
    stripe.mode = 'ok';
    const { payment_intent_id } = await harness.call(billing.startTopup, ctx, {
      tokens: 1_000,
      price_cents: 100,
      save_payment_method: false,
    });
    expect(stripe.intents.get(payment_intent_id)).toMatchObject({ amount: 100 });
  });

  it('is refused if Stripe returns another user’s payment', async () => {
    const { payment_intent_id } = await begin();
    const next = `pi_${(Number(payment_intent_id.slice(3)) + 1).toString().padStart(24, '0')}`;
    await harness.query(
      `insert into payment (id, provider, tenant_id, user_id, tokens, price_cents) values ($1, 'stripe', 'default', 'imp_u_bob', 20000, 2000)`,
      [next],
    );
    await expect(begin()).rejects.toMatchObject({ body: { code: 'payment_provider_away' } });
  });

  it('cannot be completed without payment', async () => {
    const started = await begin();
    expect(started.complete_with).toBeUndefined();
    const { payment_intent_id } = started;
    await expect(harness.call(billing.completeSandboxTopup, ada, { payment_intent_id })).rejects.toMatchObject({
      body: { code: 'forbidden' },
    });
  });

  it('answers within the caller’s timeout', async () => {
    stripe.mode = 'silent';
    const order = { tokens: 1_000, price_cents: 100, save_payment_method: false };
    await expect(harness.call(billing.startTopup, { ...ada, deadline: Date.now() + 600 }, order)).rejects.toMatchObject(away);
  });
});

it('leaves a sound ledger', async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
