import { type Json, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

const PRICE = 200;
let skep: Skep;
let bob: TestUser;
let admin: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  ({ bob } = await publishPaidApp(skep, PRICE));
  admin = await skep.signInAdmin();
});
afterAll(() => skep?.close());

const call = () =>
  skep.http('POST', '/v1/extensions/link-saver/call', {
    token: bob.access,
    body: { user_id: bob.id, function: 'save_link', params: { url: 'https://example.com', title: 'Example' } },
  });
const send = (method: string, path: string, person: TestUser, body?: object) =>
  skep.http(method, path, { token: person.access, ...(body && { body }) });
const audited = async (action: string) => {
  const { json } = await skep.http('GET', `/v1/audit?action=${action}`, { token: admin.access });
  return json['items'] as unknown as Json[];
};

it('a call beyond the budget is 429 and not executed; its user sees the budget, and the audit log who set it', async () => {
  const budget = `/v1/users/${bob.id}/budget`;
  expect((await send('PUT', budget, bob, { monthly_credits: 1_000 })).status).toBe(403);
  expect((await send('PUT', budget, admin, { monthly_credits: 300 })).json).toMatchObject({ monthly_credits: 300, spent: 0 });
  expect((await call()).json).toMatchObject({ status: 'success' });
  const refused = await call();
  expect([refused.status, refused.json['code']]).toEqual([429, 'budget_exceeded']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await send('GET', '/v1/billing/usage', bob)).json).toMatchObject({ usage: { credits: PRICE }, limits: { credits: 300 } });
  await waitUntil('the audit entry', async () => (await audited('budget.changed')).length === 1);
  expect(await audited('budget.changed')).toMatchObject([{ target_id: bob.id, changes: { monthly_credits: { from: null, to: 300 } } }]);
  expect((await send('PUT', budget, admin, {})).json['monthly_credits']).toBeNull();
});

it('an administrator refunds a charge once under an Idempotency-Key; a user cannot', async () => {
  const [{ action_id } = {}] = (await send('GET', '/v1/billing/wallet/history?reason=call', bob)).rows;
  const path = `/v1/admin/charges/${String(action_id)}/refund`;
  expect((await send('POST', path, bob, { reason: 'Mine' })).status).toBe(403);
  const refund = () =>
    skep.http('POST', path, { token: admin.access, headers: { 'idempotency-key': 'one' }, body: { amount: 50, reason: 'It was slow' } });
  const first = await refund();
  expect(first.json).toMatchObject({ action_id, amount: 50, refundable: PRICE - 50 });
  expect((await refund()).json).toEqual(first.json);
  expect((await send('POST', path, admin, { amount: PRICE, reason: 'Too much' })).json['code']).toBe('refund_exceeds_charge');
  await waitUntil('the audit entry', async () => (await audited('charge.refunded')).length === 1);
});

it('a paid top-up has an invoice, which its buyer downloads as PDF', async () => {
  const topup = await send('POST', '/v1/billing/topup', bob, { tokens: 10_000, price_cents: 1_000 });
  const { payment_intent_id } = topup.json;
  await send('POST', '/v1/billing/topup/sandbox/complete', bob, { payment_intent_id });
  const [invoice] = (await send('GET', '/v1/billing/invoices', bob)).rows;
  expect(invoice).toMatchObject({ payment_id: payment_intent_id, total_cents: 1_000 });
  const id = String(invoice!['id']);
  const pdf = await send('GET', `/v1/billing/invoices/${id}/pdf`, bob);
  expect([pdf.status, pdf.headers.get('content-type'), pdf.headers.get('content-disposition')]).toEqual([
    ...[200, 'application/pdf', `attachment; filename=${id}.pdf`],
  ]);
  expect(pdf.text.startsWith('%PDF-')).toBe(true);
  expect((await send('GET', `/v1/billing/invoices/${id}/pdf`, admin)).status).toBe(404);
});

it('a changed price is in the audit log, with the old and the new value', async () => {
  const headers = { 'x-service-token': skep.serviceToken };
  await skep.http('PUT', '/v1/internal/billing/token-rate', { headers, body: { token_rate: 900 } });
  await waitUntil('the audit entry', async () => (await audited('price.changed')).length === 1);
  expect(await audited('price.changed')).toMatchObject([
    { target_type: 'price', target_id: 'token-rate', changes: { token_rate: { from: 1_000, to: 900 } }, actor_type: 'service' },
  ]);
});
