import { billing } from '@skep/contracts/billing';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventOf, startBillingWithStripe, type StripeHarness } from './stripe-harness.js';

const PRICE = 2_000;
const TOKENS = 20_000;
let harness: StripeHarness;
let people = 0;

beforeAll(async () => {
  harness = await startBillingWithStripe();
});
afterAll(() => harness?.close());

/** The events of one payment. Which ones arrive, how often and in which order is random. */
const story = fc.record({
  refunds: fc.uniqueArray(fc.integer({ min: 1, max: PRICE }), { maxLength: 3 }),
  disputes: fc.array(fc.record({ cents: fc.integer({ min: 1, max: PRICE }), end: fc.constantFrom('open', 'won', 'lost') }), {
    maxLength: 2,
  }),
  spent: fc.integer({ min: 1, max: 500 }),
});

/** The payment's remaining credits after all events, in any order. */
function left(refunds: number[], disputes: { cents: number; end: string }[]): number {
  const gone = Math.max(0, ...refunds) + disputes.filter(({ end }) => end !== 'won').reduce((sum, { cents }) => sum + cents, 0);
  return TOKENS - Math.floor((TOKENS * Math.min(PRICE, gone)) / PRICE);
}

it('the events of a payment lead to the same balance in any order, repeated and concurrently', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.infiniteStream(fc.nat()), fc.boolean(), async ({ refunds, disputes, spent }, chance, atOnce) => {
      const who = asUser(`story_${++people}`);
      const { payment_intent_id: id } = await harness.call(billing.startTopup, who, {
        ...{ tokens: TOKENS, price_cents: PRICE, save_payment_method: false },
      });
      harness.stripe.pay(id);
      const intent = harness.stripe.intents.get(id)!;
      const dispute = (cents: number, status: string, nth: number) =>
        eventOf('charge.dispute.updated', { id: `dp_${id}_${nth}`, payment_intent: id, amount: cents, status });
      const bodies = [
        eventOf('payment_intent.succeeded', intent),
        ...refunds.map((amount_refunded) =>
          eventOf('charge.refunded', { payment_intent: id, amount: PRICE, currency: 'usd', amount_refunded, metadata: intent.metadata }),
        ),
        ...disputes.flatMap(({ cents, end }, nth) => [
          dispute(cents, 'needs_response', nth),
          ...(end === 'open' ? [] : [dispute(cents, end, nth)]),
        ]),
      ];
      const order = [...bodies, ...bodies].map((body) => ({ body, at: chance.next().value })).sort((a, b) => a.at - b.at);
      await harness.spend(who, spent);
      if (atOnce) await Promise.all(order.map(({ body }) => harness.deliver(body)));
      else for (const { body } of order) await harness.deliver(body);
      const [owed] = await harness.query(
        `select coalesce(sum(d.amount - d.paid), 0)::int as n from debt d join payment p on p.id = d.payment_id where p.user_id = $1`,
        [who.user],
      );
      expect((await harness.balance(who)) - Number(owed?.['n'])).toBe(500 - spent + left(refunds, disputes));
      expect(await harness.query('select * from check_ledger()')).toEqual([]);
    }),
    { numRuns: Number(process.env['SKEP_TEST_SEQUENCES'] ?? 25) },
  );
});
