import { billing } from '@skep/contracts/billing';
import { type Ctx, tablesOf } from '@skep/platform';
import { asService, asUser, codeOf, openTestDatabase, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { service, start } from '../src/main.js';
import { administrator, payoutCalls, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
let calls = 0;
const payer = asUser('payer');
const { sum } = payoutCalls(() => harness);

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterEach(async () => {
  expect(await violations(harness)).toEqual([]);
});
afterAll(() => harness?.close());

/** A charged action of a call of a developer's app. */
async function charge(developer: Ctx, { base = 100, fee = 0, split = 70, who = payer } = {}): Promise<string> {
  const action_id = `act_${calls++}`;
  const terms = { app_id: 'notes', function: 'save', base_price: base, platform_fee: fee, developer_id: developer.user, split, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, who, { key: action_id, ...terms });
  await harness.call(billing.captureHold, who, { hold_id, action_id });
  return action_id;
}
const refund = (action_id: string, amount?: number, by = administrator()) =>
  harness.call(billing.refundCharge, by, { action_id, reason: 'It was wrong', ...(amount !== undefined && { amount }) });
const balance = async (who = payer) => (await harness.call(billing.getBalance, who, {})).balance;

it('the migration keeps what was reversed and spent before it', async () => {
  const ada = asUser('ada');
  const hold_id = await sell(harness, ada, { base: 101, fee: 9, payer: asUser('before'), bought: false });
  await sell(harness, ada, { base: 30, payer: asUser('before') });
  await harness.call(billing.reverseCall, asService('kernel'), { hold_id, reason: 'x' });
  const rows = async () => [
    await harness.query('select * from call_reversal order by hold_id'),
    await harness.query('select user_id, spent::int, spent_month::text from wallet where spent > 0 order by 1'),
  ];
  const before = await rows();
  await harness.query(`
    alter table call_reversal drop constraint call_reversal_pkey, add primary key (hold_id);
    alter table call_reversal drop column n, drop column base, drop column granted, drop column payable;
    alter table wallet drop column budget, drop column spent, drop column spent_month;
    delete from migration where name like 'RefundsAndBudgets%';
    delete from sql_file`);
  const db = await openTestDatabase(await tablesOf(service), harness.env);
  await db.close();
  const columns = ([reversals, wallets]: Record<string, unknown>[][]) => [reversals!.map((row) => Object.entries(row).sort()), wallets];
  expect(columns(await rows())).toEqual(columns(before));
});

describe('refunds', () => {
  it('return a part, then the rest; the developer’s share comes back in proportion', async () => {
    const ada = asUser('ada');
    await sell(harness, ada, {});
    const [before, earned] = [await balance(), (await sum(ada)).total_earnings];
    const action_id = await charge(ada, { base: 101, fee: 60 });
    expect(await refund(action_id, 50)).toMatchObject({ action_id, amount: 50, share: 21, refundable: 111 });
    expect(await balance()).toBe(before - 111);
    const last = await refund(action_id);
    expect(last).toMatchObject({ amount: 111, share: 49, refundable: 0 });
    expect([await balance(), (await sum(ada)).total_earnings]).toEqual([before, earned]);
    expect(await refund(action_id)).toEqual(last);
    const [line] = (await harness.call(billing.listWalletHistory, payer, { limit: 1, offset: 0 })).rows;
    expect(line).toMatchObject({ amount: 111, reason: 'call_reversal', description: 'save: refunded in part (It was wrong)' });
    const published = await harness.query(`select payload->>'amount' as amount from outbox where subject = $1`, [
      billing.chargeRefunded.subject,
    ]);
    expect(published).toEqual([{ amount: '50' }, { amount: '111' }]);
  });

  it('are never more than the charge, however many are made at once', async () => {
    const action_id = await charge(asUser('bob'));
    expect(await codeOf(refund(action_id, 101))).toBe('refund_exceeds_charge');
    const before = await balance();
    const refunded = await Promise.allSettled(Array.from({ length: 20 }, () => refund(action_id, 30)));
    expect(refunded.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await balance()).toBe(before + 90);
    await expect(refund(action_id, 11)).rejects.toMatchObject({ body: { detail: '10 credits of this charge are left to refund.' } });
    await refund(action_id, 10);
    expect(await codeOf(refund(action_id, 1))).toBe('refund_exceeds_charge');
  });

  it('are made once under an Idempotency-Key', async () => {
    const action_id = await charge(asUser('bob'));
    const by = administrator({ idempotencyKey: 'refund 1' });
    const first = await refund(action_id, 30, by);
    expect(await refund(action_id, 30, by)).toEqual(first);
    expect((await refund(action_id, 1)).refundable).toBe(69);
  });

  it('leave the rest to a reversal, and nothing after it', async () => {
    const action_id = await charge(asUser('bob'));
    const [hold] = await harness.query('select hold_id from call_charge where action_id = $1', [action_id]);
    const reverse = () => harness.call(billing.reverseCall, asService('kernel'), { hold_id: hold!['hold_id'] as string, reason: 'x' });
    await refund(action_id, 40);
    expect(await reverse()).toMatchObject({ amount: 60 });
    expect(await reverse()).toMatchObject({ amount: 60 });
    expect(await codeOf(refund(action_id, 1))).toBe('refund_exceeds_charge');
  });

  it('are not made by their receiver', async () => {
    const action_id = await charge(asUser('bob'), { who: administrator() });
    await expect(refund(action_id)).rejects.toMatchObject({ body: { code: 'forbidden', detail: expect.stringContaining('yours') } });
    expect(await refund(action_id, undefined, administrator({ user: 'imp_u_second' }))).toMatchObject({ amount: 100 });
  });

  it('need an operator, a known charge, a reason and an amount above 0', async () => {
    const action_id = await charge(asUser('bob'));
    for (const by of [payer, asUser('bob'), administrator({ tenant: 'imp_t_other' })])
      expect(await codeOf(refund(action_id, 1, by))).toBe('forbidden');
    expect(await codeOf(refund('act_none'))).toBe('charge_not_found');
    expect(await codeOf(refund(action_id, 0))).toBe('invalid_input');
    expect(await codeOf(harness.call(billing.refundCharge, administrator(), { action_id, reason: '' }))).toBe('invalid_input');
  });
});
