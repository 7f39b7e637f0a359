import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, asService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

let harness: ServiceHarness;
const ctx = () => asUser('ada', { deadline: Date.now() + 4_000 });
const confirm = (payment_intent_id: string, timeoutMs = 4_000) =>
  harness.call(billing.confirmTopup, asService('panel', { deadline: Date.now() + timeoutMs }), { payment_intent_id });

beforeAll(async () => {
  harness = await startService('billing');
});
afterAll(() => harness?.close());

it('loses no acknowledged credit and doubles none if the process is killed between confirmations', async () => {
  const TOKENS = 1_000;
  const order = { tokens: TOKENS, price_cents: 100, save_payment_method: false };
  const payments: string[] = [];
  let unacknowledged = 0;
  let running = await harness.infra.startApp('billing');
  for (const acknowledgements of [1, 12]) {
    const started = await Promise.all(Array.from({ length: 50 }, () => harness.call(billing.startTopup, ctx(), order)));
    const fresh = started.map(({ payment_intent_id }) => payment_intent_id);
    payments.push(...fresh);
    const done: string[] = [];
    let killed: Promise<void> | undefined;
    const confirming = fresh.map(async (id) => {
      await confirm(id, 1_000);
      done.push(id);
      if (done.length === acknowledgements) killed = running.kill('SIGKILL');
    });
    await Promise.allSettled(confirming);
    await killed;
    unacknowledged += fresh.length - done.length;

    running = await harness.infra.startApp('billing');
    const credited = await harness.query(`select p.id from payment p join ledger_transaction t on t.id = p.transaction_id`);
    expect(credited.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    await Promise.all([...fresh, ...fresh].map((id) => confirm(id)));
    expect((await harness.call(billing.getBalance, ctx(), {})).balance).toBe(500 + payments.length * TOKENS);
    expect(await harness.query('select * from check_ledger()')).toEqual([]);
  }
  expect(unacknowledged).toBeGreaterThan(0);
  const events = await harness.query(`select payload->>'transaction_id' as id from outbox`);
  expect(new Set(events.map(({ id }) => id)).size).toBe(payments.length);
  expect(events).toHaveLength(payments.length);
});
