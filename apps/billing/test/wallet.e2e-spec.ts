import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, asAnonymous, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const ada = asUser('ada');
const window = { limit: 50, offset: 0 };

const topUp = async (ctx = ada, tokens = 1_000) => {
  const { payment_intent_id } = await harness.call(billing.startTopup, ctx, {
    tokens,
    price_cents: tokens / 10,
    save_payment_method: false,
  });
  return harness.call(billing.confirmTopup, ctx, { payment_intent_id });
};

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

describe('a new user', () => {
  it('has the free plan’s credits in their wallet, and an entry in the history', async () => {
    const wallet = await harness.call(billing.getBalance, ada, {});
    expect(wallet).toEqual({
      balance: 500,
      currency: 'token',
      updated_at: expect.any(Date),
      plan: 'free',
      status: 'active',
      cap: 500,
      included_tokens: 500,
      held: 0,
    });
    expect((await harness.call(billing.listWalletHistory, ada, window)).rows).toMatchObject([
      {
        id: expect.any(Number),
        transaction_id: expect.stringMatching(/^txn_[0-9a-f]{32}$/),
        amount: 500,
        balance_after: 500,
        reason: 'grant',
        app_id: null,
        description: 'Included in the Free plan',
        created_at: expect.any(Date),
      },
    ]);
  });

  it('gets them once under concurrent first requests', async () => {
    const eve = asUser('eve', { tenant: 'imp_t_first_looks' });
    const looks = await Promise.all(Array.from({ length: 30 }, () => harness.call(billing.getBalance, eve, {})));
    expect(new Set(looks.map(({ balance }) => balance))).toEqual(new Set([500]));
    expect((await harness.call(billing.listWalletHistory, eve, window)).rows).toHaveLength(1);
  });

  it('gets them with any other first request too', async () => {
    expect(await harness.call(billing.listRecentEntries, asUser('recent'), { limit: 5 })).toHaveLength(1);
    expect(await harness.call(billing.getUsage, asUser('usage'), {})).toMatchObject({ plan: 'free', exceeded: [] });
    expect(await harness.call(billing.getSubscription, asUser('sub'), {})).toMatchObject({ plan: 'free' });
  });

  it('gets nothing if the plan includes nothing', async () => {
    await harness.query(`update plan set included_tokens = 0 where id = 'free'`);
    expect(await harness.call(billing.getBalance, asUser('poor'), {})).toMatchObject({ balance: 0, included_tokens: 0, cap: 0 });
    await harness.query(`update plan set included_tokens = 500 where id = 'free'`);
  });
});

describe('the history', () => {
  const bob = asUser('bob');

  it('lists the entries, newest first, with the balance after each', async () => {
    await harness.call(billing.getBalance, bob, {});
    await topUp(bob, 1_000);
    await topUp(bob, 2_000);
    const { rows: lines } = await harness.call(billing.listWalletHistory, bob, window);
    expect(lines.map(({ amount, balance_after, reason, description }) => [amount, balance_after, reason, description])).toEqual([
      [2_000, 3_500, 'topup', '2000 credits bought'],
      [1_000, 1_500, 'topup', '1000 credits bought'],
      [500, 500, 'grant', 'Included in the Free plan'],
    ]);
  });

  it('is paged', async () => {
    const amounts = async (limit: number, offset: number) =>
      (await harness.call(billing.listWalletHistory, bob, { limit, offset })).rows.map(({ amount }) => amount);
    expect(await amounts(2, 0)).toEqual([2_000, 1_000]);
    expect(await amounts(2, 2)).toEqual([500]);
    expect(await amounts(2, 4)).toEqual([]);
    expect((await harness.call(billing.listRecentEntries, bob, { limit: 1 })).map(({ amount }) => amount)).toEqual([2_000]);
  });

  it('has a cap of the balance if that exceeds the plan’s credits', async () => {
    expect(await harness.call(billing.getBalance, bob, {})).toMatchObject({ balance: 3_500, cap: 3_500, included_tokens: 500 });
  });

  it.each([
    ['another user', asUser('mallory')],
    ['the same id in another tenant', asUser('bob', { tenant: 'imp_t_other' })],
  ])('is not visible to %s, who has their own wallet', async (_, other) => {
    expect(await harness.call(billing.getBalance, other, {})).toMatchObject({ balance: 500 });
    expect((await harness.call(billing.listWalletHistory, other, window)).rows.map(({ amount }) => amount)).toEqual([500]);
    expect((await harness.call(billing.listRecentEntries, other, { limit: 10 })).map(({ amount }) => amount)).toEqual([500]);
  });

  it.each([
    [billing.listWalletHistory, { limit: 0, offset: 0 }, 'limit'],
    [billing.listWalletHistory, { limit: 201, offset: 0 }, 'limit'],
    [billing.listWalletHistory, { limit: 1, offset: -1 }, 'offset'],
    [billing.listRecentEntries, { limit: 51 }, 'limit'],
  ])('%# names the field that is out of bounds', async (operation, input, field) => {
    await expect(harness.call<object, unknown>(operation, bob, input)).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: [field] }] },
    });
  });
});

describe('a caller without a user', () => {
  it.each([billing.getBalance, billing.getSubscription, billing.getUsage, billing.listWalletHistory, billing.listRecentEntries])(
    'has no wallet: %# is refused',
    async (operation) => {
      const cron = asService('cron');
      await expect(harness.call<object, unknown>(operation, cron, {})).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
      expect(await harness.query(`select from wallet where user_id = ''`)).toEqual([]);
    },
  );
});

describe('the plans', () => {
  it('are the same for all, with exactly the documented keys', async () => {
    const plans = await harness.call(billing.listPlans, asAnonymous(), {});
    expect(plans.map(({ id, price }) => [id, price])).toEqual([
      ['free', 0],
      ['starter', 9],
      ['pro', 29],
      ['business', 79],
      ['enterprise', 0],
    ]);
    for (const plan of plans) expect(Object.keys(plan).sort()).toEqual(['features', 'id', 'interval', 'limits', 'name', 'price']);
    expect(plans[0]).toMatchObject({ name: 'Free', interval: 'month', limits: { actions: 500 }, features: { included_tokens: 500 } });
  });

  it('include the free one, to which a user is subscribed from the first request on', async () => {
    const before = Date.now();
    const subscription = await harness.call(billing.getSubscription, asUser('subscriber'), {});
    expect(subscription).toMatchObject({ plan: 'free', status: 'active', expires_at: null });
    expect(subscription.started_at!.getTime()).toBeGreaterThanOrEqual(before);
    expect(subscription.started_at!.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

it('leaves a sound ledger', async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
