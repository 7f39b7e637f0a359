import { describe, expect, it } from '@jest/globals';
import { startHolds } from './hold-harness.js';

const { query, newUser, newDeveloper, topUp, place, capture, lines, earned } = startHolds();

describe('the developer', () => {
  it.each([
    [99, 70, 69],
    [1, 70, 0],
    [10, 95, 9],
    [100, 100, 100],
    [100, 0, 0],
  ])('of a function that costs %i gets %i percent of it, rounded down: %i', async (base, split, share) => {
    const who = newUser();
    const developer_id = newDeveloper();
    const { hold_id } = await place(who, base, { platform_fee: 60, developer_id, split });
    await capture(who, hold_id);
    expect((await earned(developer_id)) ?? 0).toBe(share);
    const [rest] = await query(
      `select e.amount from ledger_entry e join hold h on h.transaction_id = e.transaction_id
        where h.id = $1 and e.account_id = account_of('default', 'revenue')`,
      [hold_id],
    );
    expect(rest?.['amount'] ?? 0).toBe(base + 60 - share);
  });

  it('gets a share of what is captured, not of what was held, and nothing of the fee', async () => {
    const who = newUser();
    const developer_id = newDeveloper();
    const terms = { platform_fee: 60, developer_id, split: 70 };
    const [half, feeOnly] = [await place(who, 100, terms), await place(who, 100, terms)];
    await capture(who, half.hold_id, { base_price: 50 });
    await capture(who, feeOnly.hold_id, { base_price: 0 });
    expect(await earned(developer_id)).toBe(35);
  });
});

describe('an amount beyond the hold', () => {
  it('is taken from the available credits', async () => {
    const who = newUser();
    const { hold_id } = await place(who, 10);
    expect(await capture(who, hold_id, { platform_fee: 200 })).toMatchObject({ charged: 210, debt: 0, balance: 290 });
  });

  it('becomes a debt if they do not suffice, without touching other holds; the next top-up pays it first', async () => {
    const who = newUser();
    const developer_id = newDeveloper();
    const kept = await place(who, 400);
    const { hold_id } = await place(who, 100, { developer_id, split: 70 });
    expect(await capture(who, hold_id, { platform_fee: 250 })).toMatchObject({ charged: 350, debt: 250, balance: 400, available: 0 });
    expect(await earned(developer_id)).toBe(70);
    expect((await lines(who))[0]).toMatchObject({
      amount: -100,
      description: 'save: 100 for the app and 250 for the language model (250 owed)',
    });
    await capture(who, kept.hold_id);
    expect((await topUp(who, 1_000)).balance).toBe(750);
    expect((await lines(who)).slice(0, 2).map(({ reason, amount, balance_after }) => [reason, amount, balance_after])).toEqual([
      ['repayment', -250, 750],
      ['topup', 1_000, 1_000],
    ]);
    expect((await topUp(who, 1_000)).balance).toBe(1_750);
  });

  it('is paid in parts, the oldest debt first, by top-ups smaller than the debt', async () => {
    const who = newUser();
    for (const base of [300, 200]) await place(who, base, { key: `part ${base}` });
    for (const base of [300, 200]) {
      const { hold_id } = await place(who, base, { key: `part ${base}` });
      await capture(who, hold_id, { platform_fee: 1_500 });
    }
    const owed = async () =>
      (
        await query(`select d.amount - d.paid as left from debt d join hold h on h.id = d.hold_id where h.user_id = $1 order by d.id`, [
          who.user,
        ])
      ).map(({ left }) => Number(left));
    expect(await owed()).toEqual([1_500, 1_500]);
    for (const [left, now] of [
      [[500, 1_500], 0],
      [[0, 1_000], 0],
      [[0, 0], 0],
      [[0, 0], 1_000],
    ] as const) {
      expect((await topUp(who, 1_000)).balance).toBe(now);
      expect(await owed()).toEqual(left);
    }
  });
});
