import { billing } from '@skep/contracts/billing';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventOf, startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

let harness: StripeHarness;
const payments = async (name: string) => (await harness.call(billing.listPayments, asUser(name), { limit: 5, offset: 0 })).rows;

beforeAll(async () => {
  harness = await startBillingWithStripe();
});
afterAll(() => harness?.close());

it('the payment of a plan is listed once, even if Stripe reports it too', async () => {
  await harness.card(asUser('ada'));
  await harness.call(billing.changePlan, asUser('ada'), { plan_id: 'starter', period: 'monthly' });
  const [intent] = [...harness.stripe.intents.values()];
  await harness.reportPaid(intent!.id);
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
  expect(await harness.balance(asUser('ada'))).toBe(15_500);
});

it('a refund of it takes no credits back', async () => {
  const [intent] = [...harness.stripe.intents.values()];
  const charge = { payment_intent: intent!.id, amount: 900, currency: 'usd', amount_refunded: 900, metadata: intent!.metadata };
  await harness.deliver(eventOf('charge.refunded', { id: 'ch_1', ...charge }));
  expect(await payments('ada')).toMatchObject([{ status: 'refunded' }]);
  expect(await harness.balance(asUser('ada'))).toBe(15_500);
  expect(await harness.query('select * from check_ledger()')).toEqual([]);
});

it('it cannot be credited as a top-up', async () => {
  const [intent] = [...harness.stripe.intents.values()];
  await expect(harness.call(billing.confirmTopup, asUser('ada'), { payment_intent_id: intent!.id })).rejects.toMatchObject({
    body: { code: 'payment_not_found' },
  });
});
