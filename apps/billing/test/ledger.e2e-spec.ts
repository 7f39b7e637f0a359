import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const panel = asService('panel');
const balance = async (user: string) => (await harness.call(billing.getBalance, asUser(user), {})).balance;
const query: ServiceHarness['query'] = (...sql) => harness.query(...sql);
const violations = async () => (await query('select * from check_ledger()')).map(({ violation }) => violation);
const wallet = (user: string) => `account_of('default', 'wallet', 'imp_u_${user}')`;
const post = (key: string, accounts: string[], amounts: number[], granted = amounts) =>
  query(`select post_transaction('default', 'test', $1, null, 'notes', array[${accounts.join()}], $2::bigint[], $3::bigint[]) as id`, [
    ...[key, amounts, granted],
  ]);

beforeAll(async () => {
  harness = await startService('billing', start);
  for (const user of ['ada', 'bob', 'eve']) await balance(user);
  const { payment_intent_id } = await harness.call(billing.startTopup, asUser('ada'), {
    tokens: 1_000,
    price_cents: 100,
    save_payment_method: false,
  });
  await harness.call(billing.confirmTopup, panel, { payment_intent_id });
});
afterAll(() => harness?.close());

describe('the ledger refuses', () => {
  it.each([
    ['ledger_entry', 'amount'],
    ['ledger_transaction', 'kind'],
    ['ledger_account', 'kind'],
  ])('to change, delete or truncate %s, even without affected rows', async (table, column) => {
    for (const sql of [
      `update ${table} set ${column} = ${column}`,
      `update ${table} set ${column} = ${column} where false`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ])
      await expect(query(sql)).rejects.toThrow('append-only');
  });

  it('entries that do not sum to zero', async () => {
    const legs = `insert into ledger_entry (transaction_id, account_id, amount)
      select id, unnest(array[${wallet('ada')}, account_of('default', 'revenue')]), unnest($1::bigint[]) from t`;
    const insert = (amounts: number[]) =>
      query(
        `with t as (insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash) values ('x', 'default', 'x', 'x', 'x') returning id) ${legs}`,
        [amounts],
      );
    await expect(insert([-10, 11])).rejects.toThrow('must sum to zero');
    await expect(post('one leg', [wallet('ada')], [10])).rejects.toThrow('must sum to zero');
  });

  it.each([
    ['transaction', `'nothing'`, 'array[1, 2]'],
    ['account', `(select id from ledger_transaction limit 1)`, 'array[-1, -2]'],
  ])('entries without their %s', async (_what, transaction, accounts) => {
    const entries = `insert into ledger_entry (transaction_id, account_id, amount) select ${transaction}, unnest(${accounts}), unnest(array[-1, 1])`;
    await expect(query(entries)).rejects.toThrow('that does not exist');
  });

  it('a further entry for an old transaction', async () => {
    await expect(
      query(
        `insert into ledger_entry (transaction_id, account_id, amount) select id, account_of('default', 'revenue'), 5 from ledger_transaction limit 1`,
      ),
    ).rejects.toThrow('must sum to zero');
  });

  it('granted credits without a source, and bought credits from a wallet that has only granted ones', async () => {
    await expect(post('minted', [wallet('ada'), `account_of('default', 'revenue')`], [5, -5], [5, 0])).rejects.toThrow('must sum to zero');
    await expect(post('laundered', [wallet('bob'), `account_of('default', 'revenue')`], [-5, 5], [0, 0])).rejects.toThrow(
      'wallet_granted_within_balance',
    );
  });

  it('a balance that differs from the newest entry', async () => {
    for (const column of ['balance', 'granted'])
      await expect(query(`update wallet set ${column} = ${column} + 1 where user_id = 'imp_u_ada'`)).rejects.toThrow(
        'differs from its newest ledger entry',
      );
  });

  it('to overdraw a wallet, and moves nothing', async () => {
    await expect(post('too much', [wallet('bob'), `account_of('default', 'revenue')`], [-501, 501], [-500, 500])).rejects.toThrow(
      'wallet_balance_not_negative',
    );
    expect(await balance('bob')).toBe(500);
    expect(await query(`select from ledger_transaction where idempotency_key = 'too much'`)).toEqual([]);
  });

  it('another movement under a used key', async () => {
    const accounts = [wallet('ada'), `account_of('default', 'promotions')`];
    const [first] = await post('gift', accounts, [5, -5]);
    expect(await post('gift', accounts, [5, -5])).toEqual([first]);
    await expect(post('gift', accounts, [6, -6])).rejects.toMatchObject({ code: 'SK409' });
    expect(await balance('ada')).toBe(1_505);
  });
});

it('allows a balance of zero, and shows it', async () => {
  await post('all of it', [wallet('bob'), `account_of('default', 'revenue')`], [-500, 500]);
  const [line] = await harness.call(billing.listRecentEntries, asUser('bob'), { limit: 1 });
  expect(line).toMatchObject({ amount: -500, balance_after: 0, reason: 'test', app_id: 'notes', description: null });
  expect(await balance('bob')).toBe(0);
});

it('moves credits between two wallets in both directions at once without a deadlock', async () => {
  const pair = [wallet('ada'), wallet('eve')];
  const [ada, eve] = [await balance('ada'), await balance('eve')];
  const back = (name: string, accounts: string[]) =>
    query(`do $$ begin for i in 1..200 loop
      perform post_transaction('default', 'test', '${name}' || i, null, null, array[${accounts.join()}], array[-1, 1], array[-1, 1]);
      commit;
    end loop; end $$`);
  await Promise.all([back('there', pair), back('back', pair.toReversed())]);
  expect([await balance('ada'), await balance('eve')]).toEqual([ada, eve]);
  expect(await violations()).toEqual([]);
});

describe('check_ledger finds', () => {
  /** Damages the data as a superuser: without triggers and foreign keys in this session. */
  const plant = (sql: string) => query(`set session_replication_role = replica; ${sql}`);
  const ada = `where user_id = 'imp_u_ada'`;
  const topup = `(select id from ledger_transaction where kind = 'topup')`;
  const last = `(select max(id) from ledger_entry where account_id = ${wallet('ada')})`;

  it.each([
    [
      'a changed amount',
      ['transaction_unbalanced', 'balance_wrong', 'history_broken'],
      `update ledger_entry set amount = amount * 2 where id = ${last}`,
      `update ledger_entry set amount = amount / 2 where id = ${last}`,
    ],
    [
      'a changed balance',
      ['balance_wrong'],
      `update wallet set balance = balance + 1 ${ada}`,
      `update wallet set balance = balance - 1 ${ada}`,
    ],
    [
      'granted credits that became bought ones',
      ['balance_wrong'],
      `update wallet set granted = granted - 1 ${ada}`,
      `update wallet set granted = granted + 1 ${ada}`,
    ],
    [
      'a rewritten history',
      ['history_broken'],
      `update ledger_entry set balance_after = balance_after + 1 where id = ${last}`,
      `update ledger_entry set balance_after = balance_after - 1 where id = ${last}`,
    ],
    [
      'a transaction without entries',
      ['transaction_unbalanced'],
      `insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash) values ('txn_x', 'default', 'x', 'x', 'x')`,
      `delete from ledger_transaction where id = 'txn_x'`,
    ],
    [
      'a lost transaction',
      ['entry_without_transaction', 'entry_without_transaction'],
      `update ledger_transaction set id = 'txn_lost' where id = ${topup}`,
      '',
    ],
    [
      'an account moved to another tenant',
      ['entry_of_another_tenant', 'wallet_without_account'],
      `update ledger_account set tenant_id = 'x' ${ada}`,
      `update ledger_account set tenant_id = 'default' ${ada}`,
    ],
    [
      'a lost wallet',
      ['account_without_wallet'],
      `update wallet set account_id = account_id + 1000000 ${ada}`,
      `update wallet set account_id = account_id - 1000000 ${ada}`,
    ],
    [
      'a payment credited to another user',
      ['payment_credited_wrongly'],
      `update payment set user_id = 'imp_u_eve'`,
      `update payment set user_id = 'imp_u_ada'`,
    ],
    ['a payment with too many credits', ['payment_credited_wrongly'], `update payment set tokens = 10`, `update payment set tokens = 1000`],
    [
      'a credit without a payment',
      ['topup_without_payment'],
      `update payment set status = 'created', transaction_id = null`,
      `update payment set status = 'credited', transaction_id = ${topup}`,
    ],
  ])('%s', async (_, expected, damage, repair) => {
    expect(await violations()).toEqual([]);
    const [lost] = await query(`select id from ledger_transaction where kind = 'topup'`);
    await plant(damage);
    expect(await violations()).toEqual(expect.arrayContaining(expected));
    await plant(repair || `update ledger_transaction set id = '${String(lost?.['id'])}' where id = 'txn_lost'`);
    expect(await violations()).toEqual([]);
  });
});
