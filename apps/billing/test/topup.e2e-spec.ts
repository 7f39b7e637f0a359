import { billing, type BalanceChanged } from '@skep/contracts/billing';
import { type ServiceHarness, asAnonymous, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const ada = asUser('ada');
const panel = asService('panel');
const balance = async (ctx = ada) => (await harness.call(billing.getBalance, ctx, {})).balance;
const begin = (ctx = ada, tokens = 20_000, price_cents = tokens / 10) =>
  harness.call(billing.startTopup, ctx, { tokens, price_cents, save_payment_method: false });
const confirm = (payment_intent_id: string, ctx = panel) => harness.call(billing.confirmTopup, ctx, { payment_intent_id });

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

describe('a buyer of credits', () => {
  it('gets the rate, the bounds and suggested amounts', async () => {
    const config = await harness.call(billing.getTopupConfig, asAnonymous(), {});
    expect(config).toMatchObject({ token_rate: 1_000, custom_min_cents: 100, custom_max_cents: 100_000 });
    expect(config.payments).toBe('sandbox');
    expect(config.publishable_key).toMatch(/^pk_sandbox_/);
    expect(config.tiers).toContainEqual({ id: 'medium', price_cents: 2_000, tokens: 20_000 });
    for (const { tokens, price_cents } of config.tiers) await begin(ada, tokens as number, price_cents as number);
  });

  it('gets what their client needs to pay, named as sandbox if no money moves', async () => {
    const started = await begin();
    expect(started).toEqual({
      payment_intent_id: expect.stringMatching(/^pi_sandbox_\w+$/),
      client_secret: expect.stringContaining(started.payment_intent_id),
      publishable_key: expect.stringMatching(/^pk_sandbox_/),
      succeeded: false,
      requires_action: false,
      complete_with: 'POST /v1/billing/topup/sandbox/complete',
    });
  });

  it('completes a sandbox top-up without payment, once', async () => {
    const { payment_intent_id } = await begin();
    const before = await balance();
    const complete = (ctx = ada) => harness.call(billing.completeSandboxTopup, ctx, { payment_intent_id });
    await expect(complete(asUser('bob'))).rejects.toMatchObject({ body: { code: 'payment_not_found' } });
    for (let i = 0; i < 2; i++)
      expect(await complete()).toEqual({ status: 'succeeded', payment_intent_id, tokens: 20_000, balance: before + 20_000 });
  });

  it.each([
    ['too cheap', 20_000, 1_999],
    ['too expensive', 20_000, 2_001],
    ['below the minimum', 990, 99],
    ['above the maximum', 1_000_010, 100_001],
  ])('is refused if the price is %s, and no payment is created', async (_, tokens, cents) => {
    const payments = () => harness.query('select id from payment');
    const before = await payments();
    await expect(begin(ada, tokens, cents)).rejects.toMatchObject({ body: { code: 'price_mismatch', status: 400 } });
    expect(await payments()).toEqual(before);
  });

  it.each([
    ['tokens', { tokens: 0 }],
    ['tokens', { tokens: 10.5 }],
    ['price_cents', { price_cents: -1 }],
    ['price_cents', { price_cents: 'much' }],
    ['save_payment_method', { save_payment_method: 'perhaps' }],
  ])('is refused if %s is invalid: %j', async (field, wrong) => {
    const input = { tokens: 20_000, price_cents: 2_000, save_payment_method: false, ...wrong } as never;
    await expect(harness.call(billing.startTopup, ada, input)).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: [field] }] } });
  });

  it('must be a user', async () => {
    await expect(begin(panel)).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });

  it('creates one payment per Idempotency-Key', async () => {
    const once = { ...ada, idempotencyKey: 'order-1' };
    expect((await begin(once)).payment_intent_id).toBe((await begin(once)).payment_intent_id);
  });
});

describe('a paid top-up', () => {
  it('is credited to its owner, and the owner’s balance is returned', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    expect(await balance()).toBe(before);
    expect(await confirm(payment_intent_id)).toEqual({ status: 'succeeded', payment_intent_id, tokens: 20_000, balance: before + 20_000 });
    expect(await balance()).toBe(before + 20_000);
  });

  it('is credited once under 50 concurrent confirmations and a later one', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(payment_intent_id)));
    for (const answer of [...answers, await confirm(payment_intent_id)])
      expect(answer).toMatchObject({ tokens: 20_000, balance: before + 20_000 });
    expect(await balance()).toBe(before + 20_000);
  });

  it('is credited once under different and equal Idempotency-Keys', async () => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    await Promise.all(['a', 'a', 'b', 'b'].map((idempotencyKey) => confirm(payment_intent_id, { ...panel, idempotencyKey })));
    expect(await balance()).toBe(before + 20_000);
  });

  it('opens the owner’s wallet if it does not exist', async () => {
    const shy = asUser('shy', { tenant: 'imp_t_shy' });
    const { payment_intent_id } = await begin(shy, 1_000);
    expect(await confirm(payment_intent_id)).toMatchObject({ balance: 1_500 });
  });

  it('credits exactly its amount while many wallets are opened and topped up at once', async () => {
    const crowd = Array.from({ length: 12 }, (_, i) => asUser(`crowd_${i % 4}`, { tenant: 'imp_t_crowd' }));
    const started = await Promise.all(crowd.map((ctx) => begin(ctx, 1_000)));
    await Promise.all([...started.map(({ payment_intent_id }) => confirm(payment_intent_id)), ...crowd.map((ctx) => balance(ctx))]);
    for (const ctx of crowd) expect(await balance(ctx)).toBe(500 + 3 * 1_000);
  });

  it('publishes one event for its owner', async () => {
    const received: BalanceChanged[] = [];
    harness.bus.subscribe(billing.balanceChanged, (event) => void (event.user_id === 'imp_u_owner' && received.push(event)));
    const { payment_intent_id } = await begin(asUser('owner'), 1_000);
    await Promise.all([confirm(payment_intent_id), confirm(payment_intent_id)]);
    const events = () => harness.query(`select ctx, payload from outbox where payload->>'user_id' = 'imp_u_owner' and sent_at is not null`);
    const [{ ctx, payload }] = (await waitUntil('the event', async () => ((await events()).length ? events() : undefined))) as [
      Record<string, unknown>,
    ];
    expect(await events()).toHaveLength(1);
    expect(ctx).toMatchObject({ tenant: 'default', user: 'imp_u_owner', actor: 'service:panel' });
    const [line] = await harness.call(billing.listRecentEntries, asUser('owner'), { limit: 1 });
    expect(payload).toEqual({
      user_id: 'imp_u_owner',
      tenant_id: 'default',
      balance: 1_500,
      amount: 1_000,
      reason: 'topup',
      transaction_id: line?.transaction_id,
    });
    await waitUntil('the event on the bus', () => received.length > 0);
    expect(received).toEqual([payload]);
  });
});

describe('a confirmation', () => {
  it('of an unknown payment is not found', async () => {
    await expect(confirm('pi_unknown')).rejects.toMatchObject({ body: { code: 'payment_not_found', status: 404 } });
  });

  it.each([
    ['another user', 'imp_u_mallory', 'default'],
    ['the same id in another tenant', 'imp_u_ada', 'imp_t_other'],
  ])('for %s is not found and credits no one', async (_, user, tenant) => {
    const before = await balance();
    const { payment_intent_id } = await begin();
    await expect(confirm(payment_intent_id, { ...panel, user, tenant })).rejects.toMatchObject({ body: { code: 'payment_not_found' } });
    expect(await balance()).toBe(before);
    expect(await confirm(payment_intent_id, { ...panel, user: 'imp_u_ada', tenant: 'default' })).toMatchObject({
      balance: before + 20_000,
    });
  });

  it('of a payment at Stripe is not found in the sandbox, where it would be free', async () => {
    const before = await balance();
    await harness.query(
      `insert into payment (id, provider, tenant_id, user_id, tokens, price_cents) values ('pi_1', 'stripe', 'default', 'imp_u_ada', 20000, 2000)`,
    );
    await expect(confirm('pi_1')).rejects.toMatchObject({ body: { code: 'payment_not_found' } });
    expect(await balance()).toBe(before);
  });

  it.each([[''], ['x'.repeat(256)]])('needs an id of valid length', async (payment_intent_id) => {
    await expect(confirm(payment_intent_id)).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: ['payment_intent_id'] }] } });
  });
});

it('leaves a sound ledger', async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
