import { billing } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog, type Running } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { start } from '../src/main.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const ctx = (user: string, more = {}) => newCtx({ tenant: 'default', user, actor: 'user', deadline: Date.now() + 15_000, ...more });
const terms = { app_id: 'notes', function: 'save', base_price: 1, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
const place = (user: string, key: string, more = {}) => bus.call(billing.placeHold, ctx(user), { ...terms, key, ...more });
const commits = async () => {
  const [row] = await infra.query('billing', `select count(distinct xmin::text)::int as n from hold`);
  return Number(row?.['n']);
};

beforeAll(async () => {
  infra = await infrastructure();
  service = await start(await infra.env('billing'));
  bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');
});
afterEach(async () => {
  expect(await infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

it('holds that come at once on one wallet share commits', async () => {
  await bus.call(billing.getBalance, ctx('imp_u_hot'), {});
  const before = await commits();
  await Promise.all([...Array(200).keys()].map((n) => place('imp_u_hot', `k${n}`)));
  expect((await commits()) - before).toBeLessThan(50);
});

it('each of a batch gets its own answer: held, known, refused, unknown', async () => {
  for (const user of ['imp_u_a', 'imp_u_b']) await bus.call(billing.getBalance, ctx(user), {});
  const first = await place('imp_u_a', 'known', { base_price: 100 });
  const codeOf = (error: { body: { code: string } }) => error.body.code;
  const answers = await Promise.all([
    place('imp_u_a', 'known', { base_price: 100 }).then(({ hold_id }) => hold_id === first.hold_id, codeOf),
    place('imp_u_a', 'known', { base_price: 101 }).then(() => 'held', codeOf),
    place('imp_u_a', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('imp_u_a', 'one more').then(() => 'held', codeOf),
    place('imp_u_b', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('imp_u_new', 'all', { base_price: 400 }).then(({ available }) => available, codeOf),
    place('imp_u_b', 'twice').then(({ hold_id }) => hold_id.slice(0, 5), codeOf),
    place('imp_u_b', 'twice').then(({ hold_id }) => hold_id.slice(0, 5), codeOf),
    bus.call(billing.captureHold, ctx('imp_u_b'), { hold_id: first.hold_id }).then(() => 'captured', codeOf),
  ]);
  expect(answers).toEqual([true, 'idempotency_conflict', 0, 'insufficient_credits', 100, 100, 'hold_', 'hold_', 'hold_not_found']);
});

it('a wallet that somebody keeps locked does not keep the others waiting', async () => {
  for (const user of ['imp_u_locked', 'imp_u_free']) await bus.call(billing.getBalance, ctx(user), {});
  const client = new pg.Client({ connectionString: (await infra.env('billing'))['DATABASE_URL'] });
  await client.connect();
  try {
    await client.query(`begin; select from wallet where user_id = 'imp_u_locked' for update`);
    let waits = true;
    const locked = Promise.all([...Array(20).keys()].map((n) => place('imp_u_locked', `k${n}`))).then(() => (waits = false));
    for (let n = 0; n < 20; n++) await place('imp_u_free', `k${n}`);
    expect(waits).toBe(true);
    await client.query('rollback');
    await locked;
  } finally {
    await client.end();
  }
});

it('a hold within a transaction of its own, as an Idempotency-Key makes one, stays in it', async () => {
  const once = () => bus.call(billing.placeHold, ctx('imp_u_once', { idempotencyKey: 'once' }), { ...terms, key: 'once' });
  const both = await Promise.all([once(), once(), ...[...Array(20).keys()].map((n) => place('imp_u_once', `k${n}`))]);
  expect(both[1]).toEqual(both[0]);
});
