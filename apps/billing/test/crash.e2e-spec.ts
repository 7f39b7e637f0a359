import { billing } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

let infra: Infrastructure;
let bus: Bus;
const ctx = (more = {}) => newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user', deadline: Date.now() + 4_000, ...more });
const confirm = (payment_intent_id: string, patience = 4_000) =>
  bus.call(billing.confirmTopup, ctx({ tenant: '', user: '', actor: 'service:panel', deadline: Date.now() + patience }), {
    payment_intent_id,
  });

beforeAll(async () => {
  infra = await infrastructure();
  bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');
});
afterAll(async () => {
  await bus?.close();
  await infra?.close();
});

it('loses no acknowledged credit and doubles none, though the process is killed between confirmations', async () => {
  const TOKENS = 1_000;
  const order = { tokens: TOKENS, price_cents: 100, save_payment_method: false };
  const payments: string[] = [];
  let unacknowledged = 0;
  let service = await infra.app('billing');
  for (const acknowledgements of [1, 12]) {
    const started = await Promise.all(Array.from({ length: 50 }, () => bus.call(billing.startTopup, ctx(), order)));
    const fresh = started.map(({ payment_intent_id }) => payment_intent_id);
    payments.push(...fresh);
    const done: string[] = [];
    let killed: Promise<void> | undefined;
    const confirming = fresh.map(async (id) => {
      await confirm(id, 1_000);
      done.push(id);
      if (done.length === acknowledgements) killed = service.kill('SIGKILL');
    });
    await Promise.allSettled(confirming);
    await killed;
    unacknowledged += fresh.length - done.length;

    service = await infra.app('billing');
    const credited = await infra.query('billing', `select p.id from payment p join ledger_transaction t on t.id = p.transaction_id`);
    expect(credited.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    await Promise.all([...fresh, ...fresh].map((id) => confirm(id)));
    expect((await bus.call(billing.getBalance, ctx(), {})).balance).toBe(500 + payments.length * TOKENS);
    expect(await infra.query('billing', 'select * from check_ledger()')).toEqual([]);
  }
  expect(unacknowledged).toBeGreaterThan(0);
  const told = await infra.query('billing', `select payload->>'transaction_id' as id from outbox`);
  expect(new Set(told.map(({ id }) => id)).size).toBe(payments.length);
  expect(told).toHaveLength(payments.length);
}, 60_000);
