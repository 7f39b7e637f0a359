import { billing } from '@skep/contracts/billing';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false };
const withLongDeadline = (name: string) => asUser(name, { deadline: Date.now() + 10_000 });
const app = () => harness.infra.startApp('billing', harness.env);
const credited = (name: string, balance: number) =>
  waitUntil(`the credits of ${name}`, async () => (await harness.balance(withLongDeadline(name))) === balance, 15_000);
const paidIntents = (name: string) =>
  [...harness.stripe.intents.values()].filter(({ metadata, status }) => metadata['user_id'] === `imp_u_${name}` && status === 'succeeded');

beforeAll(async () => {
  harness = await startBillingWithStripe({ running: false });
});
afterAll(() => harness?.close());

it('charges and credits once if the process is killed between Stripe’s answer and its own commit', async () => {
  let running = await app();
  const people = ['ada', 'bob', 'eve', 'fay'];
  for (const name of people) {
    await harness.card(withLongDeadline(name));
    await harness.call(billing.updateAutoTopup, withLongDeadline(name), {
      enabled: true,
      threshold_pct: 10,
      recharge_tokens: 1_000,
      payment_method_id: '',
    });
  }
  harness.stripe.modeOf.set('POST /v1/payment_intents', 'silent');
  await Promise.all(people.map((name) => harness.spend(withLongDeadline(name), 450)));
  await waitUntil('the charges', () => people.every((name) => paidIntents(name).length > 0), 15_000);
  await running.kill('SIGKILL');
  harness.stripe.modeOf.clear();

  running = await app();
  // Stripe reports one payment. The others are retried with the same key, which would happen after half a minute.
  await harness.reportPaid(paidIntents('ada')[0]!.id);
  await credited('ada', 1_050);
  await harness.query(`update recharge set due_at = now() where status = 'due'`);
  for (const name of people) await credited(name, 1_050);
  for (const name of people) expect(paidIntents(name)).toHaveLength(1);
  expect(await harness.query(`select status, count(*) as n from recharge group by 1`)).toEqual([{ status: 'done', n: people.length }]);
  await running.kill('SIGKILL');
});

it('credits a successful payment if the process died, no one confirmed it, and every webhook was lost', async () => {
  const running = await app();
  const { payment_intent_id } = await harness.call(billing.startTopup, withLongDeadline('shy'), order);
  const { payment_intent_id: unpaid } = await harness.call(billing.startTopup, withLongDeadline('idle'), order);
  harness.stripe.pay(payment_intent_id);
  await running.kill('SIGKILL');
  await harness.query(`update payment set created_at = created_at - interval '2 minutes', checked_at = checked_at - interval '2 minutes'`);
  const before = harness.stripe.requests.length;

  await app();
  await credited('shy', 20_500);
  await waitUntil('the question', () => harness.stripe.requests.slice(before).includes(`GET /v1/payment_intents/${unpaid}`), 15_000);
  expect(await harness.balance(withLongDeadline('idle'))).toBe(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(harness.stripe.requests.slice(before).filter((request) => request.endsWith(unpaid))).toHaveLength(1);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});
