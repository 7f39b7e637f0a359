import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { lock } from './lock.js';

let harness: ServiceHarness;
const terms = { app_id: 'notes', function: 'save', base_price: 1, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
const place = (user: string, key: string, more = {}) => harness.call(billing.placeHold, asUser(user), { ...terms, key, ...more });
const commits = async () => {
  const [row] = await harness.query(`select count(distinct xmin::text)::int as n from hold`);
  return Number(row?.['n']);
};

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterEach(async () => {
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
afterAll(() => harness?.close());

it('concurrent holds on one wallet share commits', async () => {
  await harness.call(billing.getBalance, asUser('hot'), {});
  const before = await commits();
  await Promise.all([...Array(200).keys()].map((n) => place('hot', `k${n}`)));
  expect((await commits()) - before).toBeLessThan(50);
});

it('each item of a batch gets its own result: held, repeated, refused, not found', async () => {
  for (const user of ['a', 'b']) await harness.call(billing.getBalance, asUser(user), {});
  const first = await place('a', 'known', { base_price: 100 });
  const codeOf = (error: { body: { code: string } }) => error.body.code;
  const answers = await Promise.all([
    place('a', 'known', { base_price: 100 }).then(({ hold_id }) => hold_id === first.hold_id, codeOf),
    place('a', 'known', { base_price: 101 }).then(() => 'held', codeOf),
    place('a', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('a', 'one more').then(() => 'held', codeOf),
    place('b', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('new', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('b', 'twice').then(({ hold_id }) => hold_id.slice(0, 5), codeOf),
    place('b', 'twice').then(({ hold_id }) => hold_id.slice(0, 5), codeOf),
    harness.call(billing.captureHold, asUser('b'), { hold_id: first.hold_id }).then(() => 'captured', codeOf),
  ]);
  expect(answers).toEqual([true, 'idempotency_conflict', 0, 'insufficient_credits', 100, 100, 'hold_', 'hold_', 'hold_not_found']);
});

it('a locked wallet does not delay other wallets', async () => {
  for (const user of ['locked', 'free']) await harness.call(billing.getBalance, asUser(user), {});
  const unlock = await lock(harness, `select from wallet where user_id = 'imp_u_locked' for update`);
  let waits = true;
  const locked = Promise.all([...Array(20).keys()].map((n) => place('locked', `k${n}`))).then(() => (waits = false));
  for (let n = 0; n < 20; n++) await place('free', `k${n}`);
  expect(waits).toBe(true);
  await unlock();
  await locked;
});

it('a hold with an Idempotency-Key stays in the transaction of that key', async () => {
  const once = () => harness.call(billing.placeHold, asUser('once', { idempotencyKey: 'once' }), { ...terms, key: 'once' });
  const both = await Promise.all([once(), once(), ...[...Array(20).keys()].map((n) => place('once', `k${n}`))]);
  expect(both[1]).toEqual(both[0]);
});
