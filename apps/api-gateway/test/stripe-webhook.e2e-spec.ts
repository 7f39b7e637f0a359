import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';

const SECRET = 'whsec_system';
const env = {
  STRIPE_SECRET_KEY: 'sk_test_system',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_system',
  STRIPE_WEBHOOK_SECRET: SECRET,
  STRIPE_API_BASE: 'http://127.0.0.1:9',
};
let skep: Skep;
let ada: TestUser;

const sign = (body: string | Uint8Array) => {
  const at = Math.floor(Date.now() / 1000);
  return `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.`).update(body).digest('hex')}`;
};
const deliver = (raw: string | Uint8Array, headers: Record<string, string> = { 'stripe-signature': sign(raw) }) =>
  skep.http('POST', '/v1/webhooks/stripe', { raw, headers });
const paid = (more: object = {}) => ({
  id: `evt_${randomUUID()}`,
  type: 'payment_intent.succeeded',
  data: {
    object: {
      ...{ id: `pi_${randomUUID()}`, amount_received: 2_000, currency: 'usd' },
      metadata: { tenant_id: 'default', user_id: ada.id, kind: 'topup', tokens: '20000' },
      ...more,
    },
  },
});
const balance = async () => Number((await skep.http('GET', '/v1/billing/balance', { token: ada.access })).json['balance']);

beforeAll(async () => {
  skep = await startSkep({ env });
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

describe('the Stripe webhook', () => {
  it('accepts signed bytes in any layout, without a credential', async () => {
    const before = await balance();
    const formatted = `\n${JSON.stringify(paid({ description: 'Für „Ada“ \u2028 😀' }), null, 3)}\r\n`;
    const answer = await deliver(formatted);
    expect([answer.status, answer.json]).toEqual([200, { received: true }]);
    expect((await deliver(formatted)).status).toBe(200);
    expect(await balance()).toBe(before + 20_000);
  });

  it('is 400 without a reason when the signature is missing or wrong', async () => {
    const before = await balance();
    const body = JSON.stringify(paid());
    for (const headers of [
      {},
      { 'stripe-signature': '' },
      { 'stripe-signature': sign(`${body} `) },
      { 'stripe-signature': 'x'.repeat(3_000) },
    ]) {
      const { status, json } = await deliver(body, headers as Record<string, string>);
      expect([status, json]).toEqual([400, expect.objectContaining({ code: 'bad_request', detail: 'The request could not be read.' })]);
    }
    expect((await skep.http('POST', '/v1/webhooks/stripe')).status).toBe(400);
    expect(await balance()).toBe(before);
  });

  it('ignores signed events without a user', async () => {
    expect((await deliver(JSON.stringify({ id: 'evt_x', type: 'price.created', data: { object: {} } }))).json).toEqual({ received: true });
    expect((await deliver(new Uint8Array([0xff, 0xfe, 0x00]))).status).toBe(400);
    expect((await deliver('"\\u0000"')).status).toBe(400);
  });

  it('accepts at most 256 KiB', async () => {
    expect((await deliver(JSON.stringify(paid({ description: 'x'.repeat(300_000) })))).status).toBe(413);
    expect((await deliver(JSON.stringify(paid({ description: 'x'.repeat(200_000) })))).status).toBe(200);
  });
});

it('the user sees the payment at once', async () => {
  const body = paid();
  await deliver(JSON.stringify(body));
  const { rows } = await skep.http('GET', '/v1/billing/payments?limit=1', { token: ada.access });
  expect(rows).toMatchObject([{ payment_intent_id: body.data.object.id, status: 'succeeded', type: 'topup' }]);
});

it('only services can read the payments of another user', async () => {
  const path = `/v1/billing/internal/payments/${ada.id}`;
  expect((await skep.http('GET', path, { headers: { 'x-service-token': skep.serviceToken } })).rows.length).toBeGreaterThan(0);
  expect((await skep.http('GET', path, { token: ada.access })).status).toBe(403);
});

it('while the payment provider is unavailable card routes are 503, and settings can be read', async () => {
  const setup = await skep.http('POST', '/v1/billing/payment-methods/setup', { token: ada.access, body: {} });
  expect([setup.status, setup.json]).toEqual([503, expect.objectContaining({ code: 'payment_provider_away' })]);
  expect((await skep.http('GET', '/v1/billing/auto-topup', { token: ada.access })).json).toMatchObject({ enabled: false });
  const wrong = await skep.http('PUT', '/v1/billing/auto-topup', {
    token: ada.access,
    body: { enabled: true, threshold_pct: 70, recharge_tokens: 1 },
  });
  expect([wrong.status, wrong.json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'threshold_pct'] })]]);
});
