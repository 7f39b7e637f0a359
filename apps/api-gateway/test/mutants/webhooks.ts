import { e2eTest, type Mutant } from '@skep/testkit';

const EXCHANGE = 'src/exchange/webhook-exchange.js';

/** Bugs in webhooks. */
export const webhooks: Mutant[] = [
  {
    name: 'a webhook sets any header',
    file: EXCHANGE,
    find: 'if (ANSWER_HEADERS.has(name.toLowerCase()))',
    plant: 'if (name)',
    test: { file: 'src/exchange/webhook-exchange.spec.js', name: 'sends the status, the body and the allowed headers of the operation' },
  },
  {
    name: 'a webhook tells its sender what is wrong with a signature',
    file: EXCHANGE,
    find: 'throw error instanceof Problem && error.body.code === InvalidInput.code ? BadRequest() : error;',
    plant: 'throw error;',
    test: e2eTest('stripe-webhook', 'is 400 without a reason when the signature is missing or wrong'),
  },
];
