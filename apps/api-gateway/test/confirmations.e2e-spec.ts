import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

const PRICE = 40;
let skep: Skep;
let bob: TestUser;
let ada: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, PRICE));
  await as(bob, 'PATCH', '/v1/me/settings', { confirmation_enabled: true });
});
afterAll(() => skep?.close());

const as = (who: TestUser, method: string, path: string, body?: object) =>
  skep.http(method, path, { token: who.access, ...(body && { body }) });
const asService = (method: string, path: string, body?: object, acting?: TestUser) =>
  skep.http(method, path, {
    headers: { 'x-service-token': skep.serviceToken, ...(acting && { 'x-acting-user': acting.id }) },
    ...(body && { body }),
  });
const save = (url: string) => ({ user_id: bob.id, function: 'save_link', params: { url } });
const balance = async () => Number((await as(bob, 'GET', '/v1/billing/balance')).json['balance']);

describe('settings', () => {
  it('are read and changed by their user, and by a service for a user', async () => {
    const path = `/v1/internal/users/${ada.id}/settings`;
    expect((await as(ada, 'PATCH', '/v1/me/settings', { routing_context: 9 })).status).toBe(200);
    const changed = await asService('PATCH', path, { notifications: { apps: { 'link-saver': ['email'] } } });
    expect(changed.json).toMatchObject({
      user_id: ada.id,
      settings: { routing_context: 9, notifications: { apps: { 'link-saver': ['email'] } } },
    });
    expect((await as(ada, 'GET', '/v1/me/settings')).json).toEqual(changed.json);
    expect((await asService('GET', path)).json).toEqual(changed.json);
    expect((await as(ada, 'GET', path)).status).toBe(403);
    expect((await asService('GET', '/v1/internal/users/imp_u_nobody/settings')).json['code']).toBe('user_not_found');
  });

  it('are refused with the place of the fault', async () => {
    const refused = await as(ada, 'PATCH', '/v1/me/settings', { confirmation_ttl: 'soon' });
    expect([refused.status, refused.json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'confirmation_ttl'] })]]);
  });
});

describe('a call that waits for its user', () => {
  it('runs, is charged and is announced once it is confirmed', async () => {
    const before = await balance();
    const asked = (await as(bob, 'POST', '/v1/extensions/link-saver/operate', save('https://a.example'))).json;
    const id = String(asked['confirmation_id']);
    expect(asked).toMatchObject({ kind: 'confirmation', panel_url: expect.stringContaining(id) });
    expect((await as(bob, 'GET', '/v1/confirmations/active')).json).toMatchObject({ total: 1, confirmations: [{ confirmation_id: id }] });
    expect((await asService('GET', '/v1/confirmations/active', undefined, bob)).json['total']).toBe(1);
    expect(await balance()).toBe(before);
    const confirmed = await as(bob, 'POST', `/v1/confirmations/${id}/confirm`, {});
    expect(confirmed.json).toMatchObject({ status: 'confirmed', result: { status: 'success' } });
    expect((await as(bob, 'POST', `/v1/confirmations/${id}/accept`, {})).json).toEqual(confirmed.json);
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  });

  it('is no one else’s', async () => {
    const { json } = await as(bob, 'POST', '/v1/extensions/link-saver/call', save('https://b.example'));
    const path = `/v1/confirmations/${String(json['data']!['confirmation_id'])}`;
    expect((await as(ada, 'GET', path)).status).toBe(404);
    for (const verb of ['confirm', 'accept', 'cancel']) expect((await as(ada, 'POST', `${path}/${verb}`, {})).status).toBe(404);
    expect((await as(ada, 'POST', '/v1/extensions/link-saver/operate', save('https://c.example'))).status).toBe(403);
    expect((await as(bob, 'POST', `${path}/cancel`, {})).json['status']).toBe('cancelled');
    expect((await as(bob, 'POST', `${path}/confirm`, {})).json['code']).toBe('confirmation_closed');
  });

  it('waits for the panel if it affects what they pay', async () => {
    const change = { user_id: ada.id, function: 'change_plan', params: { plan_id: 'starter' } };
    expect((await as(ada, 'POST', '/v1/extensions/billing/operate', change)).json).toMatchObject({
      kind: 'panel_approval_required',
      summary: expect.stringContaining('change_plan'),
    });
  });
});
