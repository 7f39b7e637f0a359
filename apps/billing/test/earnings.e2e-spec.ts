import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
const ORDER = { tokens: 1_000, price_cents: 100, save_payment_method: false };
const ada = asUser('ada');
const zoe = asUser('zoe', { tenant: 'imp_t_other' });
const sum = (who = ada) => harness.call(billing.getDeveloperEarnings, who, {});
const sumOfApp = (app_id: string, who = ada) => harness.call(billing.getAppEarnings, who, { app_id });
const reverse = (hold_id: string, who = asService('kernel')) => harness.call(billing.reverseCall, who, { hold_id, reason: 'It failed' });
/** Simulates that calls of an app were captured in another month, at this time. */
const moveBack = (app_id: string, to: string) =>
  harness.query(`
    set session_replication_role = replica;
    update hold set ended_at = '${to}' where app_id = '${app_id}' and ended_at > '2026-03-01';
    update wallet w set spent = (select coalesce(sum(captured_base + captured_fee), 0) from hold h where h.account_id = w.account_id and ended_at > '2026-03-01')
     where user_id = 'imp_u_buyer';
    update earning set month = month_of('${to}') where app_id = '${app_id}' and month > '2026-03-01'`);
const thisMonth = () => new Date().toISOString().slice(0, 7);

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

it('prices are divided as paid calls are, rounded down for the developer', async () => {
  const prices = [{ price: 99 }, { price: 0 }, { price: 1_000_000 }];
  const shares = await harness.call(billing.splitPrices, ada, { prices, split: 70 });
  expect(shares).toEqual([
    { price: 99, developer_share: 69, platform_share: 30 },
    { price: 0, developer_share: 0, platform_share: 0 },
    { price: 1_000_000, developer_share: 700_000, platform_share: 300_000 },
  ]);
  expect(await harness.call(billing.splitPrices, ada, { prices: [], split: 70 })).toEqual([]);
});

describe('a developer', () => {
  it('has no earnings without paid calls', async () => {
    const nothing = {
      total_earnings: 0,
      total_earned: 0,
      total_platform_share: 0,
      payable_earnings: 0,
      promotional_earnings: 0,
      pending_payout: 0,
      paid_out: 0,
      reserved: 0,
      available: 0,
    };
    expect(await sum()).toEqual(nothing);
    expect(await sumOfApp('notes')).toEqual({ app_id: 'notes', total_earnings: 0, action_count: 0, by_period: [] });
  });

  it('earns a share of each base price, rounded down, for callers of all tenants, and nothing of the platform fee', async () => {
    await sell(harness, ada, { base: 101, fee: 250, split: 70 });
    await sell(harness, ada, { base: 100, split: 85, payer: zoe });
    expect(await sum()).toEqual({
      ...{ total_earnings: 70 + 85, total_earned: 155, total_platform_share: 31 + 15 },
      ...{ payable_earnings: 155, promotional_earnings: 0, pending_payout: 155, paid_out: 0, reserved: 0, available: 155 },
    });
  });

  it('cannot be paid out what callers paid with granted credits, and sees it separately', async () => {
    const [dev, payer] = [asUser('promo'), asUser('new')];
    const buy = (base: number, fee = 0) => sell(harness, dev, { base, fee, split: 70, payer, bought: false, app_id: 'promo' });
    const first = await buy(300, 100);
    expect(await sum(dev)).toMatchObject({ total_earnings: 210, payable_earnings: 0, promotional_earnings: 210, available: 0 });
    await harness.call(billing.confirmTopup, payer, await harness.call(billing.startTopup, payer, ORDER));
    await buy(200);
    // 100 of the 500 granted credits were left.
    expect(await sum(dev)).toMatchObject({ total_earnings: 350, payable_earnings: 70, promotional_earnings: 280, available: 70 });
    await reverse(first);
    expect(await sum(dev)).toMatchObject({ total_earnings: 140, payable_earnings: 70, promotional_earnings: 70, available: 70 });
    await buy(400);
    expect(await sum(dev)).toMatchObject({ total_earnings: 420, payable_earnings: 70, promotional_earnings: 350, available: 70 });
    expect(await violations(harness)).toEqual([]);
  });

  it('sees the earnings of an app by month (UTC)', async () => {
    const sellTask = (base: number) => sell(harness, ada, { base, split: 60, app_id: 'tasks', payer: asUser('buyer') });
    const january = await sellTask(10);
    await moveBack('tasks', '2026-01-31T23:59:59Z');
    for (const base of [20, 30]) await sellTask(base);
    await moveBack('tasks', '2026-02-01T00:00:00Z');
    await sellTask(40);
    await reverse(january);
    expect(await sumOfApp('tasks')).toEqual({
      ...{ app_id: 'tasks', total_earnings: 54, action_count: 4 },
      by_period: [
        { period: '2026-01', earnings: 6, platform_share: 4, action_count: 1 },
        { period: '2026-02', earnings: 30, platform_share: 20, action_count: 2 },
        { period: thisMonth(), earnings: 24 - 6, platform_share: 16 - 4, action_count: 1 },
      ],
    });
    expect((await sumOfApp('notes')).total_earnings).toBe(155);
    expect(await violations(harness)).toEqual([]);
  });

  it('cannot see the earnings of others', async () => {
    for (const other of [asUser('bob'), zoe]) {
      expect((await sum(other)).total_earnings).toBe(0);
      expect((await sumOfApp('notes', other)).by_period).toEqual([]);
    }
    for (const read of [() => sum(asService('panel')), () => sumOfApp('notes', asService('panel'))])
      await expect(read()).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });
});

describe('reversing a paid call', () => {
  const balance = async (who = asUser('payer')) => (await harness.call(billing.getBalance, who, {})).balance;

  it('returns the full price to the caller and takes the developer’s share, once even if repeated', async () => {
    const hold_id = await sell(harness, ada, { base: 100, fee: 60, split: 70, app_id: 'back' });
    const [before, earned] = [await balance(), (await sum()).total_earnings];
    const first = await reverse(hold_id);
    expect(first).toMatchObject({ hold_id, amount: 160, share: 70 });
    const again = await Promise.all(Array.from({ length: 20 }, () => reverse(hold_id)));
    for (const each of again) expect(each).toEqual(first);
    expect([await balance(), (await sum()).total_earnings]).toEqual([before + 160, earned - 70]);
    expect(await sumOfApp('back')).toMatchObject({ total_earnings: 0, action_count: 1, by_period: [{ earnings: 0, platform_share: 0 }] });
    const [line] = await harness.call(billing.listRecentEntries, asUser('payer'), { limit: 1 });
    expect(line).toMatchObject({ amount: 160, reason: 'call_reversal', app_id: 'back', description: 'save: reversed (It failed)' });
    const events = await harness.query(
      `select payload->>'amount' as amount from outbox where payload->>'reason' = 'call_reversal' and payload->>'user_id' = 'imp_u_payer'`,
    );
    expect(events).toEqual([{ amount: '160' }]);
    expect(await violations(harness)).toEqual([]);
  });

  it('repays the caller’s debts first', async () => {
    const poor = asUser('poor');
    const { hold_id } = await harness.call(billing.placeHold, poor, {
      ...{ key: 'dear', app_id: 'back', function: 'ask', base_price: 400, platform_fee: 0, developer_id: ada.user, split: 50, ttl_s: 900 },
    });
    expect(await harness.call(billing.captureHold, poor, { hold_id, platform_fee: 250 })).toMatchObject({ balance: 0, debt: 150 });
    await reverse(hold_id);
    expect(await balance(poor)).toBe(500);
    expect(await harness.query('select from debt where paid < amount')).toEqual([]);
    expect(await violations(harness)).toEqual([]);
  });

  it('repays no debt with granted credits, which a later reversal would return as bought ones', async () => {
    const owing = asUser('owing');
    const place = (key: string, base_price: number) =>
      harness.call(billing.placeHold, owing, {
        ...{ key, app_id: 'back', function: 'ask', base_price, platform_fee: 0, developer_id: ada.user, split: 50, ttl_s: 900 },
      });
    const [first, second] = [await place('first', 300), await place('second', 200)];
    await harness.call(billing.captureHold, owing, first);
    expect(await harness.call(billing.captureHold, owing, { ...second, platform_fee: 350 })).toMatchObject({ balance: 0, debt: 350 });
    await reverse(first.hold_id);
    expect(await balance(owing)).toBe(300);
    await harness.call(billing.confirmTopup, owing, await harness.call(billing.startTopup, owing, ORDER));
    expect(await balance(owing)).toBe(300 + 1_000 - 350);
    expect(await violations(harness)).toEqual([]);
  });

  it('needs a captured hold and a service as the caller', async () => {
    const { hold_id } = await harness.call(billing.placeHold, ada, {
      ...{ key: 'open', app_id: 'back', function: 'ask', base_price: 1, platform_fee: 0, split: 0, ttl_s: 900 },
    });
    for (const id of [hold_id, 'hold_none'])
      await expect(reverse(id)).rejects.toMatchObject({ body: { code: 'hold_not_found', status: 404 } });
    await expect(reverse(hold_id, ada)).rejects.toMatchObject({ body: { code: 'forbidden' } });
    await expect(harness.call(billing.reverseCall, asService('kernel'), { hold_id, reason: '' })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['reason'] }] },
    });
  });

  it('is append-only, and check_ledger finds one that is booked wrongly or has no call', async () => {
    await expect(harness.query('delete from call_reversal')).rejects.toThrow('append-only');
    const plant = (sql: string) => harness.query(`set session_replication_role = replica; ${sql}`);
    await plant('update call_reversal set share = share + 1 where share = 70');
    expect(await violations(harness)).toEqual(expect.arrayContaining(['call_reversed_wrongly']));
    await plant('update call_reversal set share = share - 1 where share = 71');
    await plant(`create table kept as select * from call_reversal; delete from call_reversal`);
    expect(await violations(harness)).toEqual(expect.arrayContaining(['reversal_without_call', 'earnings_wrong']));
    await plant('insert into call_reversal select * from kept');
    expect(await violations(harness)).toEqual([]);
  });
});
