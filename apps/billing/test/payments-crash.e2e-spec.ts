import { billing } from '@skep/contracts';
import { person, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false };
const patient = (name: string) => person(name, { deadline: Date.now() + 10_000 });
const app = () => harness.infra.app('billing', harness.env);
const credited = (name: string, balance: number) =>
  waitUntil(`the credits of ${name}`, async () => (await harness.balance(patient(name))) === balance, 15_000);
const taken = (name: string) =>
  [...harness.stripe.intents.values()].filter(({ metadata, status }) => metadata['user_id'] === `imp_u_${name}` && status === 'succeeded');

beforeAll(async () => {
  harness = await startBillingWithStripe({ running: false });
});
afterAll(() => harness?.close());

it('charges a card once and credits it once though the process is killed between Stripe’s yes and its own', async () => {
  let running = await app();
  const people = ['ada', 'bob', 'eve', 'fay'];
  for (const name of people) {
    await harness.card(patient(name));
    await harness.call(billing.updateAutoTopup, patient(name), {
      enabled: true,
      threshold_pct: 10,
      recharge_tokens: 1_000,
      payment_method_id: '',
    });
  }
  harness.stripe.moodOf.set('POST /v1/payment_intents', 'silent');
  await Promise.all(people.map((name) => harness.spend(patient(name), 450)));
  await waitUntil('the charges', () => people.every((name) => taken(name).length > 0), 15_000);
  await running.kill('SIGKILL');
  harness.stripe.moodOf.clear();

  running = await app();
  // Of one Stripe tells; the others are asked for again with the same key, as the next try does by itself after half a minute.
  await harness.tellPaid(taken('ada')[0]!.id);
  await credited('ada', 1_050);
  await harness.query(`update recharge set due_at = now() where status = 'due'`);
  for (const name of people) await credited(name, 1_050);
  for (const name of people) expect(taken(name)).toHaveLength(1);
  expect(await harness.query(`select status, count(*) as n from recharge group by 1`)).toEqual([{ status: 'done', n: people.length }]);
  await running.kill('SIGKILL');
}, 60_000);

it('credits a payment that was made though the process died, nobody confirmed it, and every message was lost', async () => {
  const running = await app();
  const { payment_intent_id } = await harness.call(billing.startTopup, patient('shy'), order);
  const { payment_intent_id: unpaid } = await harness.call(billing.startTopup, patient('idle'), order);
  harness.stripe.pay(payment_intent_id);
  await running.kill('SIGKILL');
  await harness.query(`update payment set created_at = created_at - interval '2 minutes', checked_at = checked_at - interval '2 minutes'`);
  const asked = harness.stripe.heard.length;

  await app();
  await credited('shy', 20_500);
  await waitUntil('the question', () => harness.stripe.heard.slice(asked).includes(`GET /v1/payment_intents/${unpaid}`), 15_000);
  expect(await harness.balance(patient('idle'))).toBe(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(harness.stripe.heard.slice(asked).filter((request) => request.endsWith(unpaid))).toHaveLength(1);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
}, 60_000);
