import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { start } from '../src/main.js';

let harness: ServiceHarness;
let client: pg.Client;
let people = 0;
let user: string;

/** Calls the commands with a list, as a batch does. */
const terms = { app_id: 'notes', function: 'save', base_price: 1, platform_fee: 0, split: 0, ttl_s: 900 };
const place = async (...wanted: { key: string; base_price: number }[]) =>
  rows(
    'select * from place_holds($1, true) order by ordinal',
    JSON.stringify(wanted.map((item) => ({ ...terms, tenant_id: 'default', user_id: user, ...item }))),
  );
const end = async (...wanted: { hold_id: unknown; base_price?: number; platform_fee?: number }[]) =>
  rows(
    'select * from end_holds($1, true) order by ordinal',
    JSON.stringify(wanted.map((item) => ({ tenant_id: 'default', user_id: user, ...item }))),
  );
const rows = async (sql: string, ...values: unknown[]) => (await client.query<Record<string, unknown>>(sql, values)).rows;

beforeAll(async () => {
  harness = await startService('billing', start);
  client = new pg.Client({ connectionString: harness.env['DATABASE_URL'] });
  await client.connect();
});
beforeEach(async () => {
  const who = asUser(String(people++));
  user = who.user;
  await harness.call(billing.getBalance, who, {});
});
afterAll(async () => {
  await client?.end();
  await harness?.close();
});

it('later items of a list see what earlier ones reserved, and a key is one hold within a list', async () => {
  const placed = await place(
    { key: 'a', base_price: 300 },
    { key: 'b', base_price: 300 },
    { key: 'a', base_price: 300 },
    { key: 'a', base_price: 1 },
    { key: 'c', base_price: 200 },
    { key: 'd', base_price: 1 },
  );
  expect(placed.map(({ outcome, available }) => [outcome, available])).toEqual([
    ['held', 200],
    ['insufficient', 200],
    ['held', 200],
    ['conflict', 200],
    ['held', 0],
    ['insufficient', 0],
  ]);
  expect(placed[2]).toEqual({ ...placed[0], ordinal: 3 });
  expect(await rows('select held from wallet where user_id = $1', user)).toEqual([{ held: 500 }]);
});

it('a hold ends once within a list, and each item gets the balance at its position', async () => {
  const [a, b, c] = (await place({ key: 'a', base_price: 200 }, { key: 'b', base_price: 200 }, { key: 'c', base_price: 100 })).map(
    ({ hold_id }) => hold_id,
  );
  const ended = await end(
    { hold_id: a, platform_fee: 50 },
    { hold_id: b, base_price: 0 },
    { hold_id: a, platform_fee: 50 },
    { hold_id: b },
    { hold_id: c, platform_fee: 400 },
    { hold_id: 'hold_none' },
  );
  expect(ended.map(({ outcome, status, debt, balance, available }) => [outcome, status, debt, balance, available])).toEqual([
    ['ended', 'captured', 50, 300, 0],
    ['ended', 'released', 0, 300, 200],
    ['ended', 'captured', 50, 300, 0],
    ['already_ended', 'released', 0, 300, 200],
    ['ended', 'captured', 200, 0, 0],
    ['not_found', null, 0, null, null],
  ]);
  expect(await rows('select balance, held from wallet where user_id = $1', user)).toEqual([{ balance: 0, held: 0 }]);
  expect(await rows('select * from check_ledger()')).toEqual([]);
});

it('a list writes a wallet once, whatever its length', async () => {
  const written = async () =>
    Number((await rows(`select n_tup_upd as n from pg_stat_xact_user_tables where relname = 'wallet'`))[0]?.['n']);
  await client.query('begin');
  const before = await written();
  const holds = await place(...[...Array(50).keys()].map((n) => ({ key: `k${n}`, base_price: 10 })));
  expect((await written()) - before).toBe(1);
  await end(...holds.map(({ hold_id }) => ({ hold_id })));
  expect((await written()) - before).toBe(2);
  await client.query('commit');
  expect(await rows('select balance, held from wallet where user_id = $1', user)).toEqual([{ balance: 0, held: 0 }]);
  expect(await rows('select * from check_ledger()')).toEqual([]);
});

it('a list reads only the rows it needs, even with a query plan made on empty tables', async () => {
  const other = await startService('billing', start);
  const connection = new pg.Client({ connectionString: other.env['DATABASE_OWNER_URL'] });
  await connection.connect();
  try {
    let keys = 0;
    const list = (from: number, count: number) =>
      JSON.stringify(
        [...Array(count).keys()].map((n) => ({ ...terms, tenant_id: 'default', user_id: `imp_u_${from + n}`, key: `k${keys++}` })),
      );
    const admit = (from: number, count: number) =>
      connection.query<{ hold_id: string }>('select hold_id from admit_calls($1, true) order by ordinal', [list(from, count)]);
    const end = (holds: { hold_id: string }[], from: number) =>
      connection.query('select * from end_holds($1, true)', [
        JSON.stringify(
          holds.map(({ hold_id }, n) => ({ tenant_id: 'default', user_id: `imp_u_${from + n}`, hold_id, action_id: 'act', trace_id: 't' })),
        ),
      ]);
    const read = async () => {
      const { rows } = await connection.query<{ n: string }>(
        'select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as n from pg_stat_xact_user_tables',
      );
      return Number(rows[0]?.n);
    };
    await connection.query(`analyze; select open_wallet('default', 'imp_u_0')`);
    await end((await admit(0, 1)).rows, 0);
    await connection.query(`select open_wallet('default', 'imp_u_' || n) from generate_series(1, 1000) n`);
    for (let from = 1; from < 1000; from += 100) await end((await admit(from, 100)).rows, from);
    await connection.query('begin');
    const before = await read();
    await end((await admit(0, 5)).rows, 0);
    expect((await read()) - before).toBeLessThan(200);
    await connection.query('commit');
  } finally {
    await connection.end();
    await other.close();
  }
});
