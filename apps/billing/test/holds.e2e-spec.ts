import { billing, type PlaceHold } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { type Door, nobody, openDoor, person, until } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let door: Door;
let people = 0;
let keys = 0;
const query = (sql: string, values?: unknown[]) => door.query(sql, values);
const somebody = () => person(String(people++));

const topUp = async (who: Ctx, tokens: number) => {
  const order = { tokens, price_cents: tokens / 10, save_payment_method: false };
  const { payment_intent_id } = await door.call(billing.startTopup, who, order);
  return door.call(billing.confirmTopup, who, { payment_intent_id });
};
const place = (who: Ctx, base_price: number, more: Partial<PlaceHold> = {}) =>
  door.call(billing.placeHold, who, {
    ...{ key: `k${keys++}`, app_id: 'notes', function: 'save', base_price, platform_fee: 0, split: 0, ttl_s: 900 },
    ...more,
  });
const capture = (who: Ctx, hold_id: string, taken: { base_price?: number; platform_fee?: number } = {}) =>
  door.call(billing.captureHold, who, { hold_id, ...taken });
const release = (who: Ctx, hold_id: string) => door.call(billing.releaseHold, who, { hold_id });
const balance = async (who: Ctx) => (await door.call(billing.getBalance, who, {})).balance;
const lines = (who: Ctx) => door.call(billing.listWalletHistory, who, { limit: 50, offset: 0 });
const earned = async (developer: string, tenant = 'default') =>
  (
    await query(`select sum(amount)::int as n from ledger_entry where account_id = account_of($2, 'earnings', $1)`, [developer, tenant])
  )[0]?.['n'];

beforeAll(async () => {
  door = await openDoor('billing', start, { env: { SKEP_HOLD_EXPIRY_MS: '50' } });
  await door.another();
});
afterEach(async () => {
  expect(await query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => door?.close());

describe('a hold', () => {
  it('reserves credits, which stay in the balance until they are captured', async () => {
    const who = somebody();
    const held = await place(who, 100, { platform_fee: 50 });
    expect(held).toEqual({
      hold_id: expect.stringMatching(/^hold_[0-9a-f]{32}$/),
      status: 'held',
      amount: 150,
      available: 350,
      expires_at: expect.any(Date),
    });
    expect(await balance(who)).toBe(500);
    expect(await capture(who, held.hold_id)).toEqual({
      hold_id: held.hold_id,
      status: 'captured',
      charged: 150,
      debt: 0,
      balance: 350,
      available: 350,
    });
    expect(await balance(who)).toBe(350);
  });

  it('is explained in the history of the wallet', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 100, { platform_fee: 50 });
    await capture(who, hold_id);
    expect((await lines(who))[0]).toMatchObject({
      amount: -150,
      balance_after: 350,
      reason: 'call',
      app_id: 'notes',
      description: 'save: 100 for the app and 50 for the language model',
    });
  });

  it('gives back what is not captured of it', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 100, { platform_fee: 250 });
    expect(await capture(who, hold_id, { platform_fee: 60 })).toMatchObject({ charged: 160, balance: 340, available: 340 });
    expect((await lines(who))[0]).toMatchObject({ description: 'save: 100 for the app and 60 for the language model' });
    const fee = await place(who, 100, { platform_fee: 20 });
    await capture(who, fee.hold_id, { base_price: 0 });
    expect((await lines(who))[0]).toMatchObject({ amount: -20, description: 'save: 20 for the language model' });
  });

  it('that is released costs nothing and leaves no line', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 500);
    expect(await release(who, hold_id)).toMatchObject({ status: 'released', charged: 0, balance: 500, available: 500 });
    expect(await lines(who)).toHaveLength(1);
    expect(await place(who, 500)).toMatchObject({ status: 'held', available: 0 });
  });

  it('of which nothing is captured is released', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 5);
    expect(await capture(who, hold_id, { base_price: 0, platform_fee: 0 })).toMatchObject({ status: 'released', charged: 0 });
  });

  it('is one hold for its key, and other terms under that key are refused', async () => {
    const who = somebody();
    const first = await place(who, 10, { key: 'once' });
    expect(await Promise.all(Array.from({ length: 10 }, () => place(who, 10, { key: 'once' })))).toEqual(Array(10).fill(first));
    await expect(place(who, 11, { key: 'once' })).rejects.toMatchObject({ body: { code: 'idempotency_conflict', status: 409 } });
    expect(await place(somebody(), 11, { key: 'once' })).toMatchObject({ amount: 11 });
    await capture(who, first.hold_id);
    expect(await place(who, 10, { key: 'once' })).toMatchObject({ hold_id: first.hold_id, status: 'captured' });
  });

  it('ends once: the same end again is answered alike, another one is refused', async () => {
    const who = somebody();
    const [taken, given] = [await place(who, 10), await place(who, 10)];
    const end = await capture(who, taken.hold_id, { base_price: 7 });
    expect(await capture(who, taken.hold_id, { base_price: 7 })).toMatchObject({ charged: 7, balance: end.balance });
    await release(who, given.hold_id);
    expect(await release(who, given.hold_id)).toMatchObject({ status: 'released' });
    for (const otherEnd of [
      () => capture(who, taken.hold_id, { base_price: 8 }),
      () => release(who, taken.hold_id),
      () => capture(who, given.hold_id),
    ])
      await expect(otherEnd()).rejects.toMatchObject({ body: { code: 'hold_ended', status: 409 } });
    expect(await balance(who)).toBe(493);
  });

  it('is not more than the wallet can spare, and the refusal says what is missing', async () => {
    const who = somebody();
    await place(who, 300);
    const tooMuch = place(who, 100, { platform_fee: 250, key: 'later' });
    await expect(tooMuch).rejects.toMatchObject({
      body: {
        code: 'insufficient_credits',
        status: 402,
        detail: expect.stringMatching(/350 credits.*has 200 besides the 300.*POST \/v1\/billing\/topup/),
      },
    });
    await topUp(who, 1_000);
    expect(await place(who, 100, { platform_fee: 250, key: 'later' })).toMatchObject({ status: 'held', available: 850 });
  });

  it('cannot take a higher base price than it was placed for', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 10);
    await expect(capture(who, hold_id, { base_price: 11 })).rejects.toMatchObject({ body: { code: 'conflict' } });
    expect(await capture(who, hold_id)).toMatchObject({ charged: 10 });
  });

  it('keeps its terms, whoever writes', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 10);
    for (const sql of [
      `update hold set base_price = 9, amount = 9 where id = '${hold_id}'`,
      `update hold set split = 100 where id = '${hold_id}'`,
      `delete from hold where id = '${hold_id}'`,
    ])
      await expect(query(sql)).rejects.toMatchObject({ code: '23001' });
    await release(who, hold_id);
    await expect(query(`update hold set status = 'held', ended_at = null where id = '${hold_id}'`)).rejects.toThrow('ends once');
    await expect(query(`update wallet set held = balance + 1 where user_id = '${who.user}'`)).rejects.toThrow('wallet_reserved');
  });

  it.each([
    [{ base_price: 0, platform_fee: 0 }, 'base_price'],
    [{ base_price: -1 }, 'base_price'],
    [{ base_price: 1.5 }, 'base_price'],
    [{ platform_fee: -1 }, 'platform_fee'],
    [{ split: 101 }, 'split'],
    [{ ttl_s: 0 }, 'ttl_s'],
    [{ key: '' }, 'key'],
  ])('%# names the field that is out of bounds', async (terms, field) => {
    await expect(place(somebody(), 10, terms)).rejects.toMatchObject({ body: { status: 422, detail: [{ loc: [field] }] } });
  });

  it('is nobody else’s, and nobody has none', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 10);
    for (const stranger of [somebody(), { ...who, tenant: 'imp_t_other' }]) {
      await expect(capture(stranger, hold_id)).rejects.toMatchObject({ body: { code: 'hold_not_found', status: 404 } });
      await expect(release(stranger, hold_id)).rejects.toMatchObject({ body: { code: 'hold_not_found' } });
    }
    await expect(capture(who, 'hold_none')).rejects.toMatchObject({ body: { code: 'hold_not_found' } });
    await expect(place(nobody(), 1)).rejects.toMatchObject({ body: { code: 'unauthenticated' } });
  });
});

describe('the developer', () => {
  it.each([
    [99, 70, 69],
    [1, 70, 0],
    [10, 95, 9],
    [100, 100, 100],
    [100, 0, 0],
  ])('of a function that costs %i gets %i percent of it, rounded down: %i', async (base, split, share) => {
    const who = somebody();
    const developer_id = `imp_u_dev_${people++}`;
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

  it('has a share in what is captured, not in what was held, nor in the fee', async () => {
    const who = somebody();
    const developer_id = `imp_u_dev_${people++}`;
    const terms = { platform_fee: 60, developer_id, split: 70 };
    const [half, feeOnly] = [await place(who, 100, terms), await place(who, 100, terms)];
    await capture(who, half.hold_id, { base_price: 50 });
    await capture(who, feeOnly.hold_id, { base_price: 0 });
    expect(await earned(developer_id)).toBe(35);
  });
});

describe('more than was held', () => {
  it('is taken from what the wallet can spare', async () => {
    const who = somebody();
    const { hold_id } = await place(who, 10);
    expect(await capture(who, hold_id, { platform_fee: 200 })).toMatchObject({ charged: 210, debt: 0, balance: 290 });
  });

  it('is a debt where it cannot, never touching what other holds reserve; the next top-up pays it first', async () => {
    const who = somebody();
    const developer_id = `imp_u_dev_${people++}`;
    const kept = await place(who, 400);
    const { hold_id } = await place(who, 100, { developer_id, split: 70 });
    expect(await capture(who, hold_id, { platform_fee: 250 })).toMatchObject({ charged: 350, debt: 250, balance: 400, available: 0 });
    expect(await earned(developer_id)).toBe(70);
    expect((await lines(who))[0]).toMatchObject({
      amount: -100,
      description: 'save: 100 for the app and 250 for the language model (250 of it owed)',
    });
    await capture(who, kept.hold_id);
    expect((await topUp(who, 1_000)).balance).toBe(750);
    expect((await lines(who)).slice(0, 2).map(({ reason, amount, balance_after }) => [reason, amount, balance_after])).toEqual([
      ['repayment', -250, 750],
      ['topup', 1_000, 1_000],
    ]);
    expect((await topUp(who, 1_000)).balance).toBe(1_750);
  });

  it('is paid in parts, the oldest first, by top-ups that are smaller than the debt', async () => {
    const who = somebody();
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

describe('a hold that nobody ends', () => {
  it('expires, once however many instances look after it, and can then no longer be captured', async () => {
    const who = somebody();
    const holds = await Promise.all([...Array(20).keys()].map(() => place(who, 25, { ttl_s: 1 })));
    await expect(place(who, 1)).rejects.toMatchObject({ body: { code: 'insufficient_credits' } });
    await until('the wallet to be free again', async () => (await place(who, 500, { key: 'all' })).status === 'held');
    for (const { hold_id } of holds)
      await expect(capture(who, hold_id)).rejects.toMatchObject({ body: { code: 'hold_ended', detail: 'The hold is expired.' } });
    expect(await release(who, holds[0]!.hold_id)).toMatchObject({ status: 'expired', charged: 0 });
    expect(await balance(who)).toBe(500);
  });

  it('is either captured or expired when both come at once', async () => {
    const who = somebody();
    const holds = await Promise.all([...Array(100).keys()].map(() => place(who, 5, { ttl_s: 1 })));
    await query('select pg_sleep(0.95)');
    let captured = 0;
    for (const { hold_id } of holds) {
      const end = await capture(who, hold_id).catch((error: { body: { code: string } }) => error.body.code);
      if (typeof end !== 'string') captured++;
      else expect(end).toBe('hold_ended');
    }
    await until(
      'all of them to end',
      async () => (await query(`select from hold where status = 'held' and user_id = $1`, [who.user])).length === 0,
    );
    const ends = await query(`select status, count(*)::int as n from hold where user_id = $1 group by 1`, [who.user]);
    expect(Object.fromEntries(ends.map(({ status, n }) => [status, n]))).toEqual({
      ...(captured && { captured }),
      ...(captured < 100 && { expired: 100 - captured }),
    });
    expect(await balance(who)).toBe(500 - captured * 5);
  });
});

describe('at once', () => {
  it('200 captures on one wallet take exactly 200 prices', async () => {
    const who = somebody();
    await topUp(who, 2_000);
    const developer_id = `imp_u_dev_${people++}`;
    const holds = await Promise.all([...Array(200).keys()].map(() => place(who, 10, { developer_id, split: 70 })));
    // Each twice: the second time changes nothing.
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

  it('calls cannot reserve more than there is', async () => {
    const who = somebody();
    const placed = await Promise.allSettled([...Array(60).keys()].map(() => place(who, 30)));
    expect(placed.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(await query(`select held::int, balance::int from wallet where user_id = $1`, [who.user])).toEqual([{ held: 480, balance: 500 }]);
  });

  it('a capture and a release of the same hold do not both happen', async () => {
    const who = somebody();
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

  it('many people pay one developer without a deadlock', async () => {
    const all = [...Array(8).keys()].map(() => somebody());
    const developer_id = `imp_u_dev_${people++}`;
    await Promise.all(
      [...Array(25).keys()].flatMap(() =>
        all.map(async (who) => capture(who, (await place(who, 20, { developer_id, split: 80 })).hold_id)),
      ),
    );
    expect(await earned(developer_id)).toBe(8 * 25 * 16);
    for (const who of all) expect(await balance(who)).toBe(0);
  });
});

describe('check_ledger finds', () => {
  const plant = (sql: string) => query(`set session_replication_role = replica; ${sql}`);
  const violations = async () => (await query('select * from check_ledger()')).map(({ violation }) => violation);
  const one = (status: string) => `(select id from hold where status = '${status}' order by id limit 1)`;
  const owing = `(select min(id) from debt where paid > 0)`;

  it.each([
    [
      'more reserved than held',
      ['held_wrong'],
      `update wallet set held = held + 1 where user_id = 'imp_u_0'`,
      `update wallet set held = held - 1 where user_id = 'imp_u_0'`,
    ],
    [
      'a hold that lost its reservation',
      ['held_wrong'],
      `insert into hold select 'hold_x', tenant_id, user_id, account_id, 'x', input_hash, app_id, function, base_price, platform_fee, amount, developer_id, split, 'held', null, null, null, now() + interval '1 hour' from hold where id = ${one('released')}`,
      `delete from hold where id = 'hold_x'`,
    ],
    [
      'a captured amount that was not booked',
      ['hold_booked_wrongly'],
      `update hold set captured_fee = captured_fee + 1 where id = ${one('captured')}`,
      `update hold set captured_fee = captured_fee - 1 where id = ${one('captured')}`,
    ],
    [
      'a share of another split',
      ['hold_booked_wrongly'],
      `update hold set split = 90 where split = 100`,
      `update hold set split = 100 where split = 90`,
    ],
    [
      'a share booked to another developer',
      ['hold_booked_wrongly'],
      `update hold set developer_id = 'x' || developer_id where split = 100`,
      `update hold set developer_id = substr(developer_id, 2) where split = 100`,
    ],
    [
      'a debt that was remitted',
      ['hold_booked_wrongly', 'owed_wrong'],
      `update debt set amount = amount + 1 where id = ${owing}`,
      `update debt set amount = amount - 1 where id = ${owing}`,
    ],
    [
      'a debt that nothing paid',
      ['debt_paid_wrongly', 'owed_wrong'],
      `update debt set paid = paid - 1 where id = ${owing}`,
      `update debt set paid = paid + 1 where id = ${owing}`,
    ],
    [
      'a hold of another person',
      ['hold_of_another'],
      `update hold set user_id = 'x' || user_id where id = ${one('released')}`,
      `update hold set user_id = substr(user_id, 2) where id = ${one('released')}`,
    ],
  ])('%s', async (_, expected, damage, repair) => {
    expect(await violations()).toEqual([]);
    await plant(damage);
    expect(await violations()).toEqual(expect.arrayContaining(expected));
    await plant(repair);
    expect(await violations()).toEqual([]);
  });

  it('a hold that was released and yet booked, and a booking that no hold explains', async () => {
    const [{ id } = {}] = await query(`select id from hold where status = 'captured' limit 1`);
    await plant(`alter table hold disable trigger all; create table kept as select * from hold where id = '${String(id)}';
      update hold set transaction_id = null, status = 'released', captured_base = null, captured_fee = null where id = '${String(id)}'`);
    expect(await violations()).toEqual(['call_without_hold']);
    await plant(`update hold h set transaction_id = k.transaction_id, status = k.status, captured_base = k.captured_base, captured_fee = k.captured_fee
      from kept k where k.id = h.id; drop table kept; alter table hold enable trigger all`);
  });
});
