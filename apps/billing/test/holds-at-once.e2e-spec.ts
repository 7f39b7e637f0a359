import { describe, expect, it } from '@jest/globals';
import { startHolds } from './hold-harness.js';

const { query, newUser, newDeveloper, topUp, order, confirm, place, capture, release, balance, earned } = startHolds();

describe('concurrently', () => {
  it('200 captures on one wallet take exactly 200 prices', async () => {
    const who = newUser();
    await topUp(who, 2_000);
    const developer_id = newDeveloper();
    const holds = await Promise.all([...Array(200).keys()].map(() => place(who, 10, { developer_id, split: 70 })));
    // Each twice: the second capture changes nothing.
    await Promise.all([...holds, ...holds].map(({ hold_id }) => capture(who, hold_id)));
    expect(await balance(who)).toBe(500);
    expect(await earned(developer_id)).toBe(1_400);
    const after = (
      await query(
        `select balance_after::int as n from ledger_entry where amount = -10 and account_id = account_of('default', 'wallet', $1)`,
        [who.user],
      )
    ).map(({ n }) => Number(n));
    expect(after.sort((a, b) => b - a)).toEqual([...Array(200).keys()].map((i) => 2_490 - i * 10));
  });

  it('calls cannot reserve more than the available credits', async () => {
    const who = newUser();
    const placed = await Promise.allSettled([...Array(60).keys()].map(() => place(who, 30)));
    expect(placed.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(await query(`select held::int, balance::int from wallet where user_id = $1`, [who.user])).toEqual([{ held: 480, balance: 500 }]);
  });

  it('only one of a capture and a release of the same hold succeeds', async () => {
    const who = newUser();
    const holds = await Promise.all([...Array(50).keys()].map(() => place(who, 10)));
    const ends = await Promise.all(
      holds.map(({ hold_id }) =>
        Promise.allSettled([capture(who, hold_id), release(who, hold_id)]).then((both) =>
          both.filter(({ status }) => status === 'fulfilled'),
        ),
      ),
    );
    for (const fulfilled of ends) expect(fulfilled).toHaveLength(1);
    const [{ n } = {}] = await query(`select count(*)::int as n from hold where status = 'captured' and user_id = $1`, [who.user]);
    expect(await balance(who)).toBe(500 - Number(n) * 10);
  });

  it('many users pay one developer without a deadlock', async () => {
    const all = [...Array(8).keys()].map(() => newUser());
    const developer_id = newDeveloper();
    await Promise.all(
      [...Array(25).keys()].flatMap(() =>
        all.map(async (who) => capture(who, (await place(who, 20, { developer_id, split: 80 })).hold_id)),
      ),
    );
    expect(await earned(developer_id)).toBe(8 * 25 * 16);
    for (const who of all) expect(await balance(who)).toBe(0);
  });

  it('50 confirmations credit a top-up once while calls are charged', async () => {
    const who = newUser();
    const payment = await order(who, 1_000);
    const confirmed = await Promise.all([
      ...[...Array(50).keys()].map(async () => (await confirm(who, payment)).tokens),
      ...[...Array(50).keys()].map(async () => (await capture(who, (await place(who, 10)).hold_id)).charged),
    ]);
    expect(confirmed).toEqual([...Array<number>(50).fill(1_000), ...Array<number>(50).fill(10)]);
    expect(await balance(who)).toBe(500 + 1_000 - 50 * 10);
    expect(await query('select from ledger_transaction where idempotency_key = $1', [`topup:${payment}`])).toHaveLength(1);
  });
});
