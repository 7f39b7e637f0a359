import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let service: pg.Client;
let owner: pg.Client;

/** The ledger's tables, each with a column worth tampering with. */
const LEDGER = {
  wallet: 'balance',
  ledger_account: 'user_id',
  ledger_transaction: 'input_hash',
  ledger_entry: 'amount',
  hold: 'split',
  debt: 'paid',
  call_reversal: 'share',
  payout: 'amount_tokens',
  payout_part: 'amount',
};
const refused = { code: '42501' };
const connected = async (url?: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};

beforeAll(async () => {
  harness = await startService('billing', start);
  service = await connected(harness.env['DATABASE_URL']);
  owner = await connected(harness.env['DATABASE_OWNER_URL']);
  const terms = { key: 'k', app_id: 'notes', function: 'save', base_price: 20, platform_fee: 0, split: 70, developer_id: 'd', ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, asUser('ada'), terms);
  await harness.call(billing.captureHold, asUser('ada'), { hold_id, platform_fee: 600 });
});
afterAll(async () => {
  await service?.end();
  await owner?.end();
  await harness?.close();
});

describe('a client with billing’s database role', () => {
  it.each(
    Object.entries(LEDGER).flatMap(([table, column]) => [
      `insert into ${table} default values`,
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
      `select from ${table} for update`,
      `alter table ${table} disable trigger all`,
      `drop table ${table} cascade`,
    ]),
  )('is refused: %s', async (sql) => {
    await expect(service.query(sql)).rejects.toMatchObject(refused);
  });

  it('can move credits only with a command', async () => {
    const move = `select post_transaction('default', 'gift', 'g', null, null, array[account_of('default', 'wallet', 'imp_u_ada'),
      account_of('default', 'promotions')], array[5, -5]::bigint[])`;
    await expect(service.query(move)).rejects.toMatchObject(refused);
    await expect(service.query(`select repay_debts('default', 'imp_u_ada', 'r')`)).rejects.toMatchObject(refused);
    await expect(service.query(`set session_replication_role = replica`)).rejects.toMatchObject(refused);
    await expect(
      service.query('create or replace function expire_holds() returns bigint language sql as $$select 1$$'),
    ).rejects.toMatchObject(refused);
    expect(await harness.query('select * from check_ledger()')).toEqual([]);
  });

  it('can read and check the whole ledger', async () => {
    expect((await service.query('select balance, held from wallet')).rows).toEqual([{ balance: 0, held: 0 }]);
    expect((await service.query('select * from check_ledger()')).rows).toEqual([]);
  });
});

describe('the owner of the tables', () => {
  it('is stopped by triggers from rewriting the ledger', async () => {
    for (const sql of ['update ledger_entry set amount = 1', 'delete from ledger_transaction'])
      await expect(owner.query(sql)).rejects.toMatchObject({ code: '23001' });
  });

  it('lends its rights only to commands, all with a pinned search_path', async () => {
    const lent = await owner.query(`select proname, proconfig from pg_proc where prosecdef order by proname`);
    expect(lent.rows.map(({ proname }: { proname: string }) => proname)).toEqual(
      expect.arrayContaining(['credit_topup', 'end_holds', 'expire_holds', 'open_wallet', 'place_holds']),
    );
    for (const { proconfig } of lent.rows as { proconfig: string[] }[]) expect(proconfig).toContain('search_path=public, pg_temp');
  });
});
