import { e2eTest as test, type Mutant } from '@skep/testkit';

const RECEIVE = 'src/webhook/receive-webhook.js';
const LOCKED = 'runs only with the secret, which its function does not see';

/** Rules of webhooks of apps. */
export const webhooks: Mutant[] = [
  {
    name: 'a webhook runs without its secret',
    file: RECEIVE,
    find: 'if (header)',
    plant: 'if (false)',
    test: test('webhooks', LOCKED),
  },
  {
    name: 'the secret of one webhook opens another one',
    file: RECEIVE,
    find: 'await this.secrets.isSecretOf({ tenant_id, developer_id, app_id, webhook }, given)',
    plant: "await this.secrets.isSecretOf({ tenant_id, developer_id, app_id, webhook: '' }, given)",
    test: test('webhooks', LOCKED),
  },
  {
    name: 'a function sees the secret of its webhook',
    file: RECEIVE,
    find: 'return { headers: others,',
    plant: 'return { headers,',
    test: test('webhooks', LOCKED),
  },
  {
    name: 'a webhook takes any method',
    file: RECEIVE,
    find: "(declared.method ?? 'POST') !== input.method",
    plant: 'false',
    test: test('webhooks', 'hook is not found with {"method":"GET"}, and nothing runs'),
  },
  {
    name: 'an undeclared webhook runs',
    file: 'src/call/app-resolver.js',
    find: 'functions: new Map(named.map((fn) => [fn.name, fn]))',
    plant: 'functions: new Map(functions.map((fn) => [fn.name, fn]))',
    test: test('webhooks', 'the function of a webhook cannot be called, in a batch or by a step either'),
  },
  {
    name: 'a delivery runs twice',
    file: RECEIVE,
    find: 'return delivery ?',
    plant: 'return false ?',
    test: test('webhooks', 'by webhook-id runs once, and gets the same answer again'),
  },
  {
    name: 'a delivery that failed never runs again',
    file: 'src/call/call-idempotency.js',
    find: 'toWebhookAnswer(result).status_code >= 400',
    plant: 'false',
    test: test('webhooks', 'runs again after an error'),
  },
  {
    name: 'a webhook sets a cookie',
    file: 'src/call/webhook-answer.js',
    find: "const HEADERS = ['content-type',",
    plant: "const HEADERS = ['set-cookie', 'content-type',",
    test: test('webhooks', 'has no header that is not allowed, and is no page'),
  },
  {
    name: 'a webhook answers a page',
    file: 'src/call/webhook-answer.js',
    find: "const MEDIA_TYPES = ['application/json',",
    plant: "const MEDIA_TYPES = ['text/html', 'application/json',",
    test: test('webhooks', 'has no header that is not allowed, and is no page'),
  },
  {
    name: 'nobody pays for what a webhook uses',
    file: 'src/call/call.js',
    find: 'app.payer === undefined',
    plant: 'true',
    test: test('webhooks', 'the developer pays for the language model that a webhook uses, and their plan counts its calls'),
  },
  {
    name: 'the secret of a webhook is looked for in another tenant',
    file: RECEIVE,
    find: 'await this.secrets.isSecretOf({ tenant_id, developer_id, app_id, webhook }, given)',
    plant: "await this.secrets.isSecretOf({ tenant_id: 'default', developer_id, app_id, webhook }, given)",
    test: test('webhooks', 'a webhook of a developer of another tenant runs there, with their secret alone'),
  },
];
