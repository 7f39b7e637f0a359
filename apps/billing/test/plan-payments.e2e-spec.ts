import { billing } from '@skep/contracts';
import { person } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventOf, startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const payments = (name: string) => harness.call(billing.listPayments, person(name), { limit: 5, offset: 0 });

beforeAll(async () => {
  harness = await startBillingWithStripe();
});
afterAll(() => harness?.close());

it('what a plan was paid with is among the payments, once, though Stripe tells of it too', async () => {
  await harness.card(person('ada'));
  await harness.call(billing.changePlan, person('ada'), { plan_id: 'starter', period: 'monthly' });
  const [intent] = [...harness.stripe.intents.values()];
  await harness.tellPaid(intent!.id);
  expect(await payments('ada')).toMatchObject([
    {
      payment_intent_id: intent!.id,
      type: 'subscription',
      tokens: 0,
      amount_cents: 900,
      status: 'succeeded',
      completed_at: expect.any(Date),
    },
  ]);
  expect(await harness.balance(person('ada'))).toBe(15_500);
});

it('to refund it takes no credits: what the plan gave is given', async () => {
  const [intent] = [...harness.stripe.intents.values()];
  const told = { payment_intent: intent!.id, amount: 900, currency: 'usd', amount_refunded: 900, metadata: intent!.metadata };
  await harness.deliver(eventOf('charge.refunded', { id: 'ch_1', ...told }));
  expect(await payments('ada')).toMatchObject([{ status: 'refunded' }]);
  expect(await harness.balance(person('ada'))).toBe(15_500);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});

it('nobody can have it credited as if it were a top-up', async () => {
  const [intent] = [...harness.stripe.intents.values()];
  await expect(harness.call(billing.confirmTopup, person('ada'), { payment_intent_id: intent!.id })).rejects.toMatchObject({
    body: { code: 'payment_not_found' },
  });
});
