import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

const PRICE = 200;
let skep: Skep;
let ada: TestUser;
let bob: TestUser;

const call = (person: TestUser, params: object = { url: 'https://example.com', title: 'Example' }, headers = {}) =>
  skep.http('POST', '/v1/extensions/link-saver/call', {
    ...{ token: person.access, headers },
    body: { user_id: person.id, function: 'save_link', params },
  });
const balance = async (person: TestUser) =>
  Number((await skep.http('GET', '/v1/billing/wallet', { token: person.access })).json['balance']);

beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, PRICE));
});
afterAll(() => skep?.close());

it('a call costs the approved price, and is 402 and not executed without enough credits', async () => {
  expect((await call(bob)).json).toMatchObject({ status: 'success' });
  expect(await balance(bob)).toBe(300);
  expect((await call(bob)).status).toBe(200);
  const refused = await call(bob);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([402, expect.stringContaining('application/problem+json')]);
  expect(refused.json).toMatchObject({
    code: 'insufficient_credits',
    detail: expect.stringMatching(/200 credits.*has 100.*POST \/v1\/billing\/topup/),
    type: '/problems/insufficient_credits',
  });
  const history = await skep.http('GET', '/v1/billing/wallet/history?limit=2', { token: bob.access });
  expect(history.rows).toMatchObject([
    { amount: -PRICE, balance_after: 100, reason: 'call', app_id: 'link-saver', description: 'save_link: 200 for the app' },
    { amount: -PRICE, balance_after: 300 },
  ]);
  const actions = await skep.http('GET', '/v1/actions?app_id=link-saver', { token: bob.access });
  expect(actions.json['actions']).toMatchObject([
    { action_price: PRICE, extension_price: PRICE, platform_fee: 0 },
    { action_price: PRICE },
  ]);
});

it('the developer calls their own app free of charge', async () => {
  expect((await call(ada)).status).toBe(200);
  expect(await balance(ada)).toBe(500);
});

it('a paid call repeated with its Idempotency-Key is charged once', async () => {
  const eve = await skep.signUpUser();
  await skep.http('POST', '/v1/marketplace/apps/link-saver/install', { token: eve.access, body: {} });
  const once = () => call(eve, undefined, { 'idempotency-key': 'once' });
  const [first, second] = await Promise.all([once(), once()]);
  expect(second.json).toEqual(first.json);
  await waitUntil('the charge', async () => (await balance(eve)) === 500 - PRICE);
  expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});

it('a call beyond the plan’s limit is 429 with Retry-After, and neither executed nor charged', async () => {
  const dan = await skep.signUpUser();
  await skep.http('POST', '/v1/marketplace/apps/link-saver/install', { token: dan.access, body: {} });
  const track = { user_id: dan.id, tenant_id: 'default', meter: 'actions', quantity: 499, event_id: 'much' };
  const headers = { 'x-service-token': skep.serviceToken };
  expect((await skep.http('POST', '/v1/billing/internal/usage/track', { headers, body: track })).status).toBe(200);
  const usage = async () => (await skep.http('GET', '/v1/billing/usage', { token: dan.access })).json['usage'];
  const before = Number((await usage())?.['actions']);
  expect((await call(dan)).status).toBe(before < 500 ? 200 : 429);
  const refused = await call(dan);
  expect(refused.status).toBe(429);
  expect(refused.json).toMatchObject({ code: 'usage_limit_reached', detail: expect.stringContaining('500 actions a month') });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await balance(dan)).toBe(before < 500 ? 300 : 500);
  const batch = await skep.http('POST', '/v1/extensions/link-saver/batch', {
    token: dan.access,
    body: { user_id: dan.id, calls: [{ function: 'save_link', params: { url: 'https://example.com', title: 'x' } }] },
  });
  expect(batch.rows).toMatchObject([{ status: 'error', error_code: 'USAGE_LIMIT_REACHED' }]);
  const shown = await skep.http('POST', '/v1/extensions/billing/call', {
    token: dan.access,
    body: { user_id: dan.id, function: 'get_usage' },
  });
  expect(shown.json).toMatchObject({ status: 'success' });
});
