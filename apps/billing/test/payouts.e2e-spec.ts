import { billing, type Payout, type RequestPayout } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, codeOf, payoutCalls, promote, request, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
const ada = asUser('ada');
const elsewhere = asUser('payer', { tenant: 'imp_t_other' });
const { sum, list, approve, reject, pay, developer } = payoutCalls(() => harness);

beforeAll(async () => {
  harness = await startService('billing', start);
  await sell(harness, ada, { base: 30_000, split: 100 });
});
afterAll(() => harness?.close());

describe('requesting a payout', () => {
  it('is refused without a current tier that includes payouts; the earnings stay', async () => {
    const refused = { body: { code: 'payouts_not_in_tier', status: 403 } };
    await expect(request(harness, ada, 10_000)).rejects.toMatchObject(refused);
    await promote(harness, ada, { until: new Date(Date.now() - 1_000) });
    await expect(request(harness, ada, 10_000)).rejects.toMatchObject(refused);
    await promote(harness, ada, { tier: 'explorer', price: 0 });
    await expect(request(harness, ada, 10_000)).rejects.toMatchObject(refused);
    expect(await sum(ada)).toMatchObject({ available: 30_000, reserved: 0 });
  });

  it('reserves the amount at once, and fixes its value in dollars', async () => {
    await promote(harness, ada);
    const payout = await harness.call(billing.requestPayout, ada, { amount_tokens: 12_345, payout_method: 'bank', notes: 'IBAN on file' });
    expect(payout).toMatchObject({
      ...{ id: expect.any(Number), developer_id: 'imp_u_ada', amount_tokens: 12_345, amount_usd: '12.34', status: 'pending' },
      ...{ method: 'bank', reference: null, notes: 'IBAN on file', admin_note: null, processed_at: null },
    });
    expect(payout.requested_at).toBeInstanceOf(Date);
    expect(await sum(ada)).toMatchObject({
      total_earnings: 30_000,
      reserved: 12_345,
      available: 17_655,
      pending_payout: 30_000,
      paid_out: 0,
    });
    expect(await list(ada)).toEqual([payout]);
    await harness.restart({ SKEP_TOPUP_TOKENS_PER_DOLLAR: '500' });
    expect((await list(ada))[0]!.amount_usd).toBe('12.34');
    await harness.restart();
  });

  it('accepts the amount as `amount` too', async () => {
    const payout = await harness.call(billing.requestPayout, ada, { amount: 10_000, payout_method: 'manual' });
    expect(payout).toMatchObject({ amount_tokens: 10_000, amount_usd: '10.00', method: 'manual' });
    await reject(payout.id);
  });

  it('is refused beyond the available earnings, and says how much is available', async () => {
    await expect(request(harness, ada, 17_656)).rejects.toMatchObject({
      body: { code: 'insufficient_earnings', status: 409, detail: expect.stringContaining('17655') },
    });
    await expect(request(harness, await developer('new', 0 + 1), 10_000)).rejects.toMatchObject({
      body: { code: 'insufficient_earnings' },
    });
    expect(await sum(ada)).toMatchObject({ available: 17_655 });
    const all = await request(harness, ada, 17_655);
    await reject(all.id);
  });

  it.each<[Partial<RequestPayout>, string]>([
    [{}, 'amount_tokens'],
    [{ amount_tokens: 9_999 }, 'amount_tokens'],
    [{ amount: 9_999 }, 'amount'],
    [{ amount: -10_000 }, 'amount'],
    [{ amount_tokens: 10_000.5 }, 'amount_tokens'],
    [{ amount_tokens: 10_000, amount: 20_000 }, 'amount'],
    [{ amount_tokens: 10_000, notes: 'x'.repeat(501) }, 'notes'],
    [{ amount_tokens: 10_000, payout_method: '' }, 'payout_method'],
  ])('names the invalid field in %j', async (input, field) => {
    await expect(harness.call(billing.requestPayout, ada, { payout_method: 'manual', ...input })).rejects.toMatchObject({
      body: { code: 'invalid_input', status: 422, detail: [{ loc: [field] }] },
    });
  });

  it('requires the minimum that the operator sets', async () => {
    await harness.restart({ SKEP_PAYOUT_MIN_TOKENS: '5' });
    expect(await harness.call(billing.getPayoutTerms, asService('developer-portal'), {})).toEqual({
      min_payout_tokens: 5,
      token_rate: 1_000,
    });
    const small = await request(harness, ada, 5);
    expect(small.amount_usd).toBe('0.00');
    await reject(small.id);
    await harness.restart();
  });

  it('fifty times at once never overdraws: as many succeed as the earnings cover', async () => {
    const eve = await developer('eve', 105_000);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => request(harness, eve, 10_000)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const each of results) if (each.status === 'rejected') expect(codeOf(each.reason)).toBe('insufficient_earnings');
    expect(await sum(eve)).toMatchObject({ available: 5_000, reserved: 100_000 });
    expect(await violations(harness)).toEqual([]);
  });

  it('happens once per Idempotency-Key, even for concurrent requests', async () => {
    const kim = await developer('kim', 50_000);
    const once = { ...kim, idempotencyKey: 'payday' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => request(harness, once, 10_000)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await sum(kim)).reserved).toBe(10_000);
    await expect(request(harness, once, 11_000)).rejects.toMatchObject({ body: { code: 'idempotency_conflict' } });
  });

  it('takes from each tenant whose users paid, and returns it there', async () => {
    const lee = await developer('lee', 8_000);
    await sell(harness, lee, { base: 7_000, split: 100, payer: elsewhere });
    const { id } = await request(harness, lee, 10_000);
    const parts = () =>
      harness.query(
        `select a.tenant_id, p.amount, (select sum(amount)::int from ledger_entry e where e.account_id = a.id) as left
           from payout_part p join ledger_account a on a.id = p.account_id where p.payout_id = $1 order by 1`,
        [id],
      );
    expect(await parts()).toEqual([
      { tenant_id: 'default', amount: 8_000, left: 0 },
      { tenant_id: 'imp_t_other', amount: 2_000, left: 5_000 },
    ]);
    await reject(id);
    expect((await parts()).map(({ left }) => left)).toEqual([8_000, 7_000]);
    expect((await sum(lee)).available).toBe(15_000);
    expect(await violations(harness)).toEqual([]);
  });

  it('offsets calls that were reversed after they were paid out', async () => {
    const max = asUser('max');
    await promote(harness, max);
    const hold_id = await sell(harness, max, { base: 12_000, split: 100 });
    const { id } = await request(harness, max, 10_000);
    await approve(id);
    await pay(id);
    await harness.call(billing.reverseCall, asService('kernel'), { hold_id, reason: 'broken' });
    expect(await sum(max)).toMatchObject({ total_earnings: 0, available: -10_000, paid_out: 10_000 });
    await sell(harness, max, { base: 19_000, split: 100, payer: elsewhere });
    await expect(request(harness, max, 10_000)).rejects.toMatchObject({ body: { detail: expect.stringContaining('up to 9000 ') } });
    await sell(harness, max, { base: 1_000, split: 100 });
    expect(await request(harness, max, 10_000)).toMatchObject({ status: 'pending' });
    expect(await violations(harness)).toEqual([]);
  });
});

describe('a list of payouts', () => {
  it('contains only one’s own, newest first, by pages', async () => {
    const dan = await developer('dan', 40_000);
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await request(harness, dan, 10_000)).id);
    expect((await list(dan)).map(({ id }) => id)).toEqual(ids.toReversed());
    expect((await harness.call(billing.listPayouts, dan, { limit: 1, offset: 1 })).rows.map(({ id }) => id)).toEqual([ids[1]]);
    for (const other of [asUser('nobody'), asUser('dan', { tenant: 'imp_t_other' })]) expect(await list(other)).toEqual([]);
    await expect(list(asService('panel'))).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
    await expect(harness.call(billing.listPayouts, dan, { limit: 0, offset: 0 })).rejects.toMatchObject({
      body: { detail: [{ loc: ['limit'] }] },
    });
  });

  it('of all developers is for operators, by status, oldest first and counted', async () => {
    const queue = (who: Ctx, status = 'pending') => harness.call(billing.listPendingPayouts, who, { status, limit: 200, offset: 0 });
    const { rows, total } = (await queue(administrator())) as unknown as { rows: Payout[]; total: number };
    const ids = rows.map(({ id }) => id);
    expect(total).toBe(rows.length);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(rows.every(({ status }) => status === 'pending')).toBe(true);
    expect(rows[0]).toMatchObject({ tenant_id: 'default', developer_id: 'imp_u_ada' });
    for (const who of [ada, administrator({ tenant: 'imp_t_other' })])
      await expect(queue(who)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    await expect(queue(administrator(), 'lost')).rejects.toMatchObject({ body: { detail: [{ loc: ['status'] }] } });
  });
});
