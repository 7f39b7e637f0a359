import { billing } from '@skep/contracts';
import { type ServiceHarness, startService, person, service, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type Mood, StripeServer } from './stripe-server.js';

const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_loopback', STRIPE_PUBLISHABLE_KEY: 'pk_test_loopback' };
const stripe = new StripeServer(STRIPE.STRIPE_SECRET_KEY);
let harness: ServiceHarness;
const ada = person('ada');
const panel = service('panel');
const balance = async () => (await harness.call(billing.getBalance, ada, {})).balance;
const begin = (ctx = ada, save_payment_method = false) =>
  harness.call(billing.startTopup, ctx, { tokens: 20_000, price_cents: 2_000, save_payment_method });
const confirm = (payment_intent_id: string) => harness.call(billing.confirmTopup, panel, { payment_intent_id });
const away = { body: { code: 'payment_provider_away', status: 503 }, retryAfter: 2 };
const moods: Mood[] = ['silent', 'half', 'hang_up', 'limited', 'broken', 'garbage', 'html', 'empty', 'denied'];

beforeAll(async () => {
  harness = await startService('billing', start, { env: { ...STRIPE, STRIPE_API_BASE: await stripe.open(), STRIPE_TIMEOUT_MS: '1500' } });
});
afterEach(() => {
  stripe.mood = 'well';
});
afterAll(async () => {
  await harness?.close();
  await stripe.close();
});

describe('a top-up through Stripe', () => {
  it('is a PaymentIntent of the price, which names who buys what', async () => {
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

  it('is credited when it has been paid, and Stripe is not asked again after that', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    expect(await confirm(payment_intent_id)).toEqual({ status: 'succeeded', payment_intent_id, tokens: 20_000, balance: before + 20_000 });
    const asked = stripe.heard.length;
    expect(await confirm(payment_intent_id)).toMatchObject({ balance: before + 20_000 });
    expect(stripe.heard.length).toBe(asked);
  });

  it('is credited once though many confirm it at once', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    await Promise.all(Array.from({ length: 20 }, () => confirm(payment_intent_id)));
    expect(await balance()).toBe(before + 20_000);
  });

  it('holds no connection of the database while Stripe thinks', async () => {
    const { payment_intent_id } = await begin();
    const asked = stripe.heard.length;
    stripe.mood = 'silent';
    const waiting = Promise.allSettled(Array.from({ length: 20 }, (_, i) => (i % 2 ? confirm(payment_intent_id) : begin())));
    await waitUntil('the questions', () => stripe.heard.length === asked + 20);
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

  it.each([0, 1_999, 2_001])('when %i cents were received for 2000', async (cents) => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id, cents);
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed' } });
    expect(await balance()).toBe(before);
  });

  it('when another currency was received', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    stripe.intents.get(payment_intent_id)!.currency = 'jpy';
    await expect(confirm(payment_intent_id)).rejects.toMatchObject(away);
    expect(await balance()).toBe(before);
  });

  it('when the card was declined', async () => {
    const { payment_intent_id } = await begin();
    stripe.mood = 'declined';
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_completed', status: 402 } });
  });

  it('when Stripe does not know the payment', async () => {
    const { payment_intent_id } = await begin();
    stripe.intents.delete(payment_intent_id);
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { code: 'payment_not_found', status: 404 } });
  });

  it.each(moods)('while Stripe is %s; it is as soon as Stripe is well', async (mood) => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    stripe.pay(payment_intent_id);
    stripe.mood = mood;
    await expect(confirm(payment_intent_id)).rejects.toMatchObject(away);
    expect(await balance()).toBe(before);
    stripe.mood = 'well';
    expect(await confirm(payment_intent_id)).toMatchObject({ balance: before + 20_000 });
  });
});

describe('an order', () => {
  it.each<Mood>([...moods.filter((mood) => mood !== 'silent' && mood !== 'half'), 'declined'])(
    'is not taken while Stripe is %s',
    async (mood) => {
      stripe.mood = mood;
      await expect(begin()).rejects.toMatchObject(away);
    },
  );

  it('which Stripe took but did not answer is the same payment when it is repeated with its Idempotency-Key', async () => {
    const ctx = { ...ada, idempotencyKey: 'order-1' };
    const before = stripe.intents.size;
    stripe.mood = 'silent';
    await expect(begin(ctx)).rejects.toMatchObject(away);
    stripe.mood = 'well';
    const { payment_intent_id } = await begin(ctx);
    expect(stripe.intents.size).toBe(before + 1);
    expect((await begin(person('bob'))).payment_intent_id).not.toBe(payment_intent_id);
    stripe.pay(payment_intent_id);
    expect(await confirm(payment_intent_id)).toMatchObject({ tokens: 20_000 });
  });

  it('under a used Idempotency-Key with another price is a payment of its own', async () => {
    const ctx = { ...ada, idempotencyKey: 'order-2' };
    stripe.mood = 'silent';
    await expect(begin(ctx)).rejects.toMatchObject(away);
    stripe.mood = 'well';
    const { payment_intent_id } = await harness.call(billing.startTopup, ctx, {
      tokens: 1_000,
      price_cents: 100,
      save_payment_method: false,
    });
    expect(stripe.intents.get(payment_intent_id)).toMatchObject({ amount: 100 });
  });

  it('is refused when Stripe answers with somebody else’s payment', async () => {
    const { payment_intent_id } = await begin();
    const next = `pi_${(Number(payment_intent_id.slice(3)) + 1).toString().padStart(24, '0')}`;
    await harness.query(
      `insert into payment (id, provider, tenant_id, user_id, tokens, price_cents) values ($1, 'stripe', 'default', 'imp_u_bob', 20000, 2000)`,
      [next],
    );
    await expect(begin()).rejects.toMatchObject({ body: { code: 'payment_provider_away' } });
  });

  it('cannot be completed without paying', async () => {
    const started = await begin();
    expect(started.complete_with).toBeUndefined();
    const { payment_intent_id } = started;
    await expect(harness.call(billing.completeSandboxTopup, ada, { payment_intent_id })).rejects.toMatchObject({
      body: { code: 'forbidden' },
    });
  });

  it('ends within the timeout of its caller', async () => {
    stripe.mood = 'silent';
    const order = { tokens: 1_000, price_cents: 100, save_payment_method: false };
    await expect(harness.call(billing.startTopup, { ...ada, deadline: Date.now() + 600 }, order)).rejects.toMatchObject(away);
  });
});

it('leaves a sound ledger behind', async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
