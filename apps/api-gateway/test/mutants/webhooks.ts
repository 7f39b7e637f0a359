import { e2eTest, type Mutant } from '@skep/testkit';

const EXCHANGE = 'src/exchange/webhook-exchange.js';

const APP_EXCHANGE = 'src/exchange/app-webhook-exchange.js';

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
  {
    name: 'the answer of an app is a page of Skep',
    file: APP_EXCHANGE,
    find: "'content-security-policy': SANDBOX",
    plant: '"x-sandbox": SANDBOX',
    test: e2eTest('app-webhooks', 'takes bytes of any media type without a credential, and its answer is no page of Skep'),
  },
  {
    name: 'an app gets the cookies of Skep',
    file: 'src/http/sender-headers.js',
    find: "const OWN_HEADERS = ['cookie',",
    plant: 'const OWN_HEADERS = [',
    test: e2eTest('app-webhooks', 'takes bytes of any media type without a credential, and its answer is no page of Skep'),
  },
  {
    name: 'one app is sent any number of requests',
    file: 'src/http/limits.js',
    find: 'if (route.appPerMinute && app_id)',
    plant: 'if (false)',
    test: e2eTest('app-webhooks', 'requests of all senders to one app are limited'),
  },
];
