import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, promote, request, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
let paid: number;
let pending: number;
const ada = asUser('ada');
/** Damages the data as a superuser: without triggers and foreign keys in this session. */
const plant = (sql: string) =>
  harness.query(`set session_replication_role = replica; ${sql.replaceAll('PAID', String(paid)).replaceAll('PENDING', String(pending))}`);
const account = (kind: string, user = `'imp_u_ada'`) => `account_of('default', '${kind}', ${user})`;
const post = (key: string, from: string, to: string) =>
  `select post_transaction('default', 'payout', '${key}', null, null, array[${from}, ${to}], array[-10000, 10000]::bigint[])`;

beforeAll(async () => {
  harness = await startService('billing', start);
  await promote(harness, ada);
  await sell(harness, ada, { base: 50_000, split: 100 });
  paid = (await request(harness, ada, 10_000)).id;
  await harness.call(billing.approvePayout, administrator(), { payout_id: paid, note: '' });
  await harness.call(billing.payPayout, administrator(), { payout_id: paid, note: '', method: 'bank', reference: 'TRF-1' });
  pending = (await request(harness, ada, 10_000)).id;
});
afterAll(() => harness?.close());

it.each([
  [
    'a payout that reserves less than its amount',
    ['payout_not_reserved'],
    'update payout set amount_tokens = amount_tokens + 1 where id = PENDING',
    'update payout set amount_tokens = amount_tokens - 1 where id = PENDING',
  ],
  [
    'a paid payout that still reserves its amount',
    ['payout_ended_wrongly'],
    `update payout set status = 'paid', processed_at = now(), reference = 'x' where id = PENDING`,
    `update payout set status = 'pending', processed_at = null, reference = null where id = PENDING`,
  ],
  [
    'a paid payout that is marked as rejected',
    ['payout_ended_wrongly', 'earnings_wrong'],
    `update payout set status = 'rejected', reference = null where id = PAID`,
    `update payout set status = 'paid', reference = 'TRF-1' where id = PAID`,
  ],
  [
    'a part of another developer’s payout',
    ['payout_reserved_wrongly'],
    `update payout set developer_id = 'imp_u_eve' where id = PENDING`,
    `update payout set developer_id = 'imp_u_ada' where id = PENDING`,
  ],
  [
    'a part without its transaction',
    ['payout_reserved_wrongly', 'payable_without_payout'],
    `update payout_part set reserved_by = 'txn_none' where payout_id = PENDING`,
    `update payout_part set reserved_by = (select id from ledger_transaction where idempotency_key = 'payout:PENDING') where payout_id = PENDING`,
  ],
  [
    'a payout without its parts',
    ['payout_not_reserved', 'payable_without_payout', 'payable_wrong', 'earnings_wrong'],
    `create table kept as select * from payout_part where payout_id = PENDING; delete from payout_part where payout_id = PENDING`,
    `insert into payout_part select * from kept`,
  ],
])('check_ledger finds %s', async (_, expected, damage, repair) => {
  expect(await violations(harness)).toEqual([]);
  await plant(damage);
  expect([...new Set(await violations(harness))].sort()).toEqual(expected.toSorted());
  await plant(repair);
  expect(await violations(harness)).toEqual([]);
});

it('check_ledger finds a payout that is paid twice, and payable credits without a payout', async () => {
  await plant(post('again', account('payable'), account('clearing', `''`)));
  expect([...new Set(await violations(harness))].sort()).toEqual(['payable_without_payout', 'payable_wrong']);
  await plant(post('from nowhere', account('earnings'), account('payable')));
  expect([...new Set(await violations(harness))].sort()).toEqual(['earnings_wrong', 'payable_without_payout']);
});
