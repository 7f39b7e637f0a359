import { type BalanceChanged, billing, type HistoryQuery } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { type Ctx, traceId } from '@skep/platform';
import { type ServiceHarness, startService, asUser, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let people = 0;
const received: BalanceChanged[] = [];
const newUser = () => asUser(`statement_${people++}`);
const history = async (who: Ctx, query: Partial<HistoryQuery> = {}) =>
  (await harness.call(billing.listWalletHistory, who, { limit: 50, offset: 0, ...query })).rows;
const balance = async (who: Ctx) => (await harness.call(billing.getBalance, who, {})).balance;
const changes = (who: Ctx) => received.filter(({ user_id, reason }) => user_id === who.user && reason === 'call');

async function topUp(who: Ctx, tokens: number): Promise<string> {
  const { payment_intent_id } = await harness.call(billing.startTopup, who, {
    tokens,
    price_cents: tokens / 10,
    save_payment_method: false,
  });
  await harness.call(billing.confirmTopup, who, { payment_intent_id });
  return payment_intent_id;
}
/** Charges a call like the kernel. */
async function pay(who: Ctx, action_id: string, base_price: number, taken: { base_price?: number; platform_fee?: number } = {}) {
  const terms = { key: action_id, app_id: 'notes', function: 'save', base_price, platform_fee: 0, split: 0, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.admitCall, who, terms);
  return harness.call(billing.captureHold, who, { hold_id: hold_id!, action_id, ...taken });
}

beforeAll(async () => {
  harness = await startService('billing', start);
  harness.bus.subscribe(billing.balanceChanged, (event) => received.push(event));
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

describe('the history of a month', () => {
  it('explains every kind of entry', async () => {
    const who = newUser();
    await harness.query(`insert into sandbox_card (id, tenant_id, user_id) values ('pm_month', 'default', $1)`, [who.user]);
    const first = await topUp(who, 1_000);
    await pay(who, 'act_1', 100);
    await pay(who, 'act_2', 100, { base_price: 40, platform_fee: 10 });
    await pay(who, 'act_3', 1_350, { platform_fee: 60 });
    const second = await topUp(who, 2_000);
    await harness.call(billing.changePlan, who, { plan_id: 'starter', period: 'monthly' });
    const [plan] = await harness.query('select payment_id from plan_charge where user_id = $1', [who.user]);
    const lines = await history(who);
    const nothing = { app_id: null, function: null, action_id: null, trace_id: null, base_price: null, platform_fee: null, owed: null };
    const none = { payment_intent_id: null, plan: null };
    const call = { reason: 'call', app_id: 'notes', function: 'save', trace_id: traceId(who), ...none };
    expect(lines.map(({ id: _, transaction_id: __, created_at: ___, ...line }) => line)).toEqual([
      {
        ...{ ...nothing, reason: 'grant', amount: 15_000, balance_after: 16_940, plan: 'starter' },
        ...{ description: 'Included in the Starter plan', payment_intent_id: plan?.['payment_id'] },
      },
      {
        ...{ ...nothing, ...none, reason: 'repayment', amount: -60, balance_after: 1_940 },
        description: 'Repayment of 60 credits owed for earlier calls',
      },
      {
        ...{ ...nothing, ...none, reason: 'topup', amount: 2_000, balance_after: 2_000, payment_intent_id: second },
        description: '2000 credits bought',
      },
      {
        ...{ ...call, amount: -1_350, balance_after: 0, action_id: 'act_3', base_price: 1_350, platform_fee: 60, owed: 60 },
        description: 'save: 1350 for the app and 60 for the language model (60 owed)',
      },
      {
        ...{ ...call, amount: -50, balance_after: 1_350, action_id: 'act_2', base_price: 40, platform_fee: 10, owed: 0 },
        description: 'save: 40 for the app and 10 for the language model',
      },
      {
        ...{ ...call, amount: -100, balance_after: 1_400, action_id: 'act_1', base_price: 100, platform_fee: 0, owed: 0 },
        description: 'save: 100 for the app',
      },
      {
        ...{ ...nothing, ...none, reason: 'topup', amount: 1_000, balance_after: 1_500, payment_intent_id: first },
        description: '1000 credits bought',
      },
      { ...nothing, ...none, reason: 'grant', amount: 500, balance_after: 500, description: 'Included in the Free plan' },
    ]);
    expect(await balance(who)).toBe(lines.reduce((sum, { amount }) => sum + amount, 0));
  });

  it('can be filtered by time and by reason', async () => {
    const who = newUser();
    await topUp(who, 1_000);
    await pay(who, 'act_4', 10);
    expect((await history(who, { reason: 'call' })).map(({ action_id }) => action_id)).toEqual(['act_4']);
    expect(await history(who, { reason: 'nothing' })).toEqual([]);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    expect(await history(who, { from: hour(-1), to: hour(1) })).toHaveLength(3);
    expect(await history(who, { from: hour(1) })).toEqual([]);
    expect(await history(who, { to: hour(-1) })).toEqual([]);
    const [newest] = await history(who);
    expect((await history(who, { to: newest!.created_at })).map(({ reason }) => reason)).toEqual(['topup', 'grant']);
    await expect(history(who, { from: 'soon' as unknown as Date })).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: ['from'] }] },
    });
    expect(await history(newUser(), { reason: 'call' })).toEqual([]);
  });
});

describe('a charge', () => {
  it('publishes the payer’s balance once, even if repeated', async () => {
    const who = newUser();
    const { hold_id } = await pay(who, 'act_5', 30);
    const charged = { hold_id, action_id: 'act_5', user_id: who.user, tenant_id: 'default', base_price: 30, platform_fee: 0 };
    await harness.call(billing.captureHold, who, { hold_id, action_id: 'act_5' });
    await harness.publish(kernel.callCharged, charged);
    await pay(who, 'act_6', 5);
    await waitUntil('both', () => changes(who).length === 2, 10_000);
    expect(changes(who).map(({ amount, balance: after }) => [amount, after])).toEqual([
      [-30, 470],
      [-5, 465],
    ]);
    const [line] = await history(who);
    expect(changes(who).at(-1)).toMatchObject({ reason: 'call', transaction_id: line?.transaction_id });
    expect(await harness.query(`select action_id, trace_id from call_charge where action_id = 'act_5'`)).toEqual([
      { action_id: 'act_5', trace_id: traceId(who) },
    ]);
  });

  it('publishes the sum of concurrent charges, and finally the current balance', async () => {
    const who = newUser();
    await Promise.all(Array.from({ length: 60 }, (_, i) => pay(who, `act_many_${i}`, 1 + (i % 3))));
    await waitUntil('all', () => changes(who).reduce((sum, { amount }) => sum + amount, 0) === -120, 10_000);
    expect(Math.min(...changes(who).map(({ balance: after }) => after))).toBe(380);
    expect(changes(who).length).toBeLessThanOrEqual(60);
    expect(await balance(who)).toBe(380);
  });

  it('publishes nothing if nothing is charged', async () => {
    const who = newUser();
    expect(await pay(who, 'act_7', 10, { base_price: 0 })).toMatchObject({ status: 'released' });
    await pay(who, 'act_8', 1);
    await waitUntil('the other', () => changes(who).length === 1, 10_000);
    expect(changes(who)).toMatchObject([{ amount: -1 }]);
    expect(await harness.query(`select from call_charge where action_id = 'act_7'`)).toEqual([]);
  });
});
