import { billing } from '@skep/contracts/billing';
import { tablesOf } from '@skep/platform';
import { asService, asUser, openTestDatabase, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { service, start } from '../src/main.js';
import { sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
const [ada, bob] = [asUser('ada'), asUser('bob')];
const payers = [asUser('payer'), asUser('zoe', { tenant: 'imp_t_other' })];
const plant = (sql: string) => harness.query(`set session_replication_role = replica; ${sql}`);
const counters = () =>
  harness.query(`
    select developer_id, app_id, month::text, share, rest, payable, calls from earning
    union all select developer_id, tenant_id, '', payable, 0, 0, 0 from tenant_earning order by 1, 2, 3`);

beforeAll(async () => {
  harness = await startService('billing', start);
  await harness.startCopy();
  for (const developer of [ada, bob])
    for (const app_id of ['notes', 'tasks'])
      for (const payer of payers) {
        await sell(harness, developer, { base: 101, fee: 9, split: 70, app_id, payer, bought: app_id === 'tasks' });
        const hold_id = await sell(harness, developer, { base: 50, split: 70, app_id, payer });
        await harness.call(billing.reverseCall, asService('kernel'), { hold_id, reason: 'It failed' });
      }
});
afterAll(() => harness?.close());

describe('check_ledger finds', () => {
  it.each([
    ['a share that was never earned', 'earning', 'share = share + 1'],
    ['a call that is not counted', 'earning', 'calls = calls - 1'],
    ['promotional earnings that count as payable', 'earning', 'payable = payable + 1'],
    ['earnings of another month', 'earning', `month = (month - interval '1 month')::date`],
    ['earnings of another developer', 'earning', `developer_id = 'imp_u_eve'`],
    ['payable earnings of another tenant', 'tenant_earning', `tenant_id = 'imp_t_none'`],
  ])('%s', async (_, table, change) => {
    expect(await violations(harness)).toEqual([]);
    await plant(`create table kept as select * from ${table}; update ${table} set ${change} where ctid = (select min(ctid) from ${table})`);
    expect(new Set(await violations(harness))).toEqual(new Set(['earnings_counted_wrongly']));
    await plant(`delete from ${table}; insert into ${table} select * from kept; drop table kept`);
    expect(await violations(harness)).toEqual([]);
  });
});

it('the migration counts the calls that were captured and reversed before it', async () => {
  const before = await counters();
  expect(before).toHaveLength(8);
  await harness.query(`
    drop table earning, tenant_earning;
    drop trigger hold_earnings on hold;
    drop trigger call_reversal_earnings on call_reversal;
    create index hold_earned on hold (developer_id);
    delete from migration where name like 'Earnings%';
    delete from sql_file`);
  const db = await openTestDatabase(await tablesOf(service), harness.env);
  await db.close();
  expect(await counters()).toEqual(before);
  expect(await violations(harness)).toEqual([]);
});

it('concurrent captures and reversals of the same apps by two instances lose no call', async () => {
  const kernel = asService('kernel');
  const terms = { function: 'save', base_price: 1, platform_fee: 0, split: 100, ttl_s: 900 };
  let key = 0;
  const callBoth = async (nth: number) => {
    const payer = asUser(`many-${nth}`);
    for (const developer of nth % 2 ? [ada, bob] : [bob, ada])
      for (const app_id of nth % 2 ? ['notes', 'tasks'] : ['tasks', 'notes']) {
        const { hold_id } = await harness.call(billing.placeHold, payer, {
          ...terms,
          app_id,
          developer_id: developer.user,
          key: `k${key++}`,
        });
        await harness.call(billing.captureHold, payer, { hold_id });
        if (nth % 3 === 0) await harness.call(billing.reverseCall, kernel, { hold_id, reason: 'It failed' });
      }
  };
  await Promise.all(Array.from({ length: 24 }, (_, nth) => callBoth(nth)));
  const [counted] = await harness.query('select sum(calls)::int as calls from earning');
  expect(counted).toEqual({ calls: 16 + 24 * 4 });
  expect(await violations(harness)).toEqual([]);
});
