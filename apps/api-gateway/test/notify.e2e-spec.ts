import { type Answer, type Json, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createExtensionToken } from './extension-token.js';
import { publishPaidApp } from './paid-app.js';

const APP = 'link-saver';
let skep: Skep;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, 1));
});
afterAll(() => skep?.close());

const as = (person: TestUser, method: string, path: string, body?: object): Promise<Answer> =>
  skep.http(method, path, { token: person.access, ...(body && { body }) });
const service = (method: string, path: string, body?: object): Promise<Answer> =>
  skep.http(method, path, { headers: { 'x-service-token': skep.serviceToken }, ...(body && { body }) });
const listOf = async (person: TestUser): Promise<Json[]> => (await as(person, 'GET', '/v1/me/notifications')).rows;

it('a service with either header and an app with its token notify a user; people and other apps do not', async () => {
  const token = await createExtensionToken(skep, APP);
  const notify = (headers: Record<string, string>, more: object = {}) =>
    skep.http('POST', '/v1/internal/notify', { headers, body: { user_id: bob.id, message: 'Ready.', ...more } });
  const answers = await Promise.all([
    notify({ 'x-service-token': skep.serviceToken }),
    notify({ authorization: `Bearer ${skep.serviceToken}` }, { priority: 'high', channel: 'default', subject: 'Report' }),
    notify({ 'x-service-token': token }, { extension_id: APP }),
    notify({ authorization: `Bearer ${token}` }, { extension_id: APP }),
  ]);
  expect(answers.map(({ status, json }) => [status, String(json['status'])])).toEqual(Array(4).fill([200, 'queued']));
  const refused = await Promise.all([
    ...[notify({ 'x-service-token': token }), notify({ 'x-service-token': token }, { extension_id: 'other' })],
    ...[notify({ authorization: `Bearer ${bob.access}` }), notify({ 'x-service-token': 'wrong' }), notify({})],
  ]);
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 401, 401]);
  expect([(await listOf(bob)).length, (await listOf(ada)).length]).toEqual([4, 0]);
  await waitUntil('the events', async () => {
    const events = await skep.infra.query('kernel', `select from feed_event where type = 'notification' and user_id = $1`, [bob.id]);
    return events.length === 4;
  });
});

it('a user reads their notifications, marks them and sets preferences', async () => {
  const [first] = await listOf(bob);
  const marked = await as(bob, 'POST', '/v1/me/notifications/read', { notification_ids: [first!['notification_id']] });
  expect(marked.json).toMatchObject({ marked: 1 });
  expect((await as(bob, 'GET', '/v1/me/notifications?unread=true&limit=2')).rows).toHaveLength(2);
  const preferences = '/v1/me/notifications/preferences';
  expect((await as(bob, 'PATCH', preferences, { timezone: 'Europe/Berlin', quiet_from: '22:00', quiet_until: '07:00' })).status).toBe(200);
  expect((await as(bob, 'GET', preferences)).json).toMatchObject({ timezone: 'Europe/Berlin', quiet_from: '22:00' });
  expect((await as(bob, 'PATCH', preferences, { timezone: 'Mars' })).status).toBe(422);
  expect((await as(ada, 'GET', preferences)).json).toMatchObject({ timezone: 'UTC', quiet_from: null });
  expect((await skep.http('GET', '/v1/me/notifications')).status).toBe(401);
});

it('a browser subscribes and unsubscribes', async () => {
  const { json } = await as(bob, 'GET', '/v1/me/notifications/push');
  expect(String(json['public_key'])).toMatch(/^[\w-]{87}$/);
  const endpoint = 'https://push.example.com/send/1';
  const keys = { p256dh: String(json['public_key']), auth: 'AAAAAAAAAAAAAAAAAAAAAA' };
  expect((await as(bob, 'POST', '/v1/me/notifications/push', { endpoint, keys })).status).toBe(201);
  expect((await as(bob, 'DELETE', '/v1/me/notifications/push', { endpoint })).json).toMatchObject({ subscribed: false });
});

it('a provider of mail unsubscribes with a form, and a forged link is refused', async () => {
  const answer = await fetch(`${skep.url}/v1/notifications/unsubscribe?token=forged`, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(answer.status).toBe(400);
});

it('settings and e-mails are for services, and literal paths of settings come before scopes', async () => {
  const paths = [
    'config/tenant/default',
    'config/resolve?tenant_id=default&app_id=x',
    'email/log',
    'email/templates',
    `surfaces/${bob.id}`,
  ];
  for (const path of paths) {
    expect([path, (await service('GET', `/v1/internal/${path}`)).status]).toEqual([path, 200]);
    expect([path, (await as(bob, 'GET', `/v1/internal/${path}`)).status]).toEqual([path, 403]);
  }
  const app = 'config/app/notes?tenant_id=default&app_id=notes';
  expect((await service('PUT', `/v1/internal/${app}`, { config: { ui: { a: 1 } }, updated_by: 'test' })).json).toMatchObject({
    ...{
      scope: 'app',
      scope_id: 'notes',
      tenant_id: 'default',
      app_id: 'notes',
      config: { ui: { a: 1 } },
      enforced: {},
      role_defaults: {},
    },
  });
  expect((await service('GET', '/v1/internal/config/planet/x')).status).toBe(422);
});

it('the defaults of a tenant are for administrators and services', async () => {
  const path = '/v1/admin/tenant-defaults?tenant_id=default';
  const admin = await skep.signInAdmin();
  expect((await as(bob, 'GET', path)).status).toBe(403);
  expect((await as(bob, 'PATCH', path, { max_tool_rounds: 5 })).status).toBe(403);
  expect((await as(admin, 'PATCH', path, { max_tool_rounds: 12 })).json).toMatchObject({ updated: ['max_tool_rounds'] });
  expect((await service('GET', path)).json).toMatchObject({ max_tool_rounds: 12 });
  const audited = async () => (await as(admin, 'GET', '/v1/audit')).json;
  await waitUntil('the audit entry', async () => JSON.stringify(await audited()).includes('config.changed'));
});
