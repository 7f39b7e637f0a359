import { beforeAll, describe, expect, it } from '@jest/globals';
import { startHolds } from './hold-harness.js';

const { query, newUser, topUp, place, capture, release } = startHolds();

describe('check_ledger finds', () => {
  const plant = (sql: string) => query(`set session_replication_role = replica; ${sql}`);
  const violations = async () => (await query('select * from check_ledger()')).map(({ violation }) => violation);
  const one = (status: string) => `(select id from hold where status = '${status}' order by id limit 1)`;
  const owing = `(select min(id) from debt where paid > 0)`;

  beforeAll(async () => {
    const who = newUser();
    await release(who, (await place(who, 10)).hold_id);
    const terms = { developer_id: 'imp_u_dev', split: 100 };
    await capture(who, (await place(who, 100, terms)).hold_id, { platform_fee: 2_400 });
    await topUp(who, 1_000);
    await place(newUser(), 10);
  });

  it.each([
    [
      'a reservation without a hold',
      ['held_wrong'],
      `update wallet set held = held + 1 where user_id = 'imp_u_1'`,
      `update wallet set held = held - 1 where user_id = 'imp_u_1'`,
    ],
    [
      'a hold without a reservation',
      ['held_wrong'],
      `insert into hold select 'hold_x', tenant_id, user_id, account_id, 'x', input_hash, app_id, function, base_price, platform_fee, amount, developer_id, split, 'held', null, null, null, null, now() + interval '1 hour' from hold where id = ${one('released')}`,
      `delete from hold where id = 'hold_x'`,
    ],
    [
      'a captured amount that is not booked',
      ['hold_booked_wrongly'],
      `update hold set captured_fee = captured_fee + 1 where id = ${one('captured')}`,
      `update hold set captured_fee = captured_fee - 1 where id = ${one('captured')}`,
    ],
    [
      'a share with another split',
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
      'a debt with another amount',
      ['hold_booked_wrongly', 'owed_wrong'],
      `update debt set amount = amount + 1 where id = ${owing}`,
      `update debt set amount = amount - 1 where id = ${owing}`,
    ],
    [
      'a debt repayment that is not booked',
      ['debt_paid_wrongly', 'owed_wrong'],
      `update debt set paid = paid - 1 where id = ${owing}`,
      `update debt set paid = paid + 1 where id = ${owing}`,
    ],
    [
      'a hold of another user',
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

  it('a released hold that is booked, and a booking without a hold', async () => {
    const [{ id } = {}] = await query(`select id from hold where status = 'captured' limit 1`);
    await plant(`alter table hold disable trigger all; create table kept as select * from hold where id = '${String(id)}';
      update hold set transaction_id = null, status = 'released', captured_base = null, captured_fee = null, captured_granted = null where id = '${String(id)}'`);
    expect(await violations()).toEqual(expect.arrayContaining(['hold_ended_twice', 'call_without_hold']));
    await plant(`update hold h set transaction_id = k.transaction_id, status = k.status, captured_base = k.captured_base, captured_fee = k.captured_fee, captured_granted = k.captured_granted
      from kept k where k.id = h.id; drop table kept; alter table hold enable trigger all`);
  });
});
