import { type Answer, type Json, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createExtensionToken } from './extension-token.js';
import { publishPaidApp } from './paid-app.js';

const APP = 'link-saver';
let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let admin: TestUser;

/** Bob has installed an app of Ada's. In its newest release, which developers run, `list_links` is a task. */
beforeAll(async () => {
  skep = await startSkep();
  admin = await skep.signInAdmin();
  ({ ada, bob } = await publishPaidApp(skep, 1));
  const tools = [{ name: 'list_links', description: 'Lists the links that were saved.', background: true }];
  const manifest_json = { app_id: APP, version: '1.0.1', name: 'Link Saver', description: 'Keeps links.', tools };
  await service('POST', `/v1/developer/apps/${APP}/_sync_manifest`, { manifest_json });
  await as(ada, 'POST', `/v1/developer/apps/${APP}/deploys`, { version: '1.0.1' });
  const deploys = async () => (await as(ada, 'GET', `/v1/developer/apps/${APP}/deploys`)).rows;
  await waitUntil('the deploy', async () => (await deploys()).every(({ status }) => String(status) === 'success'), 10_000);
});
afterAll(() => skep?.close());

const as = (person: TestUser, method: string, path: string, body?: object): Promise<Answer> =>
  skep.http(method, path, { token: person.access, ...(body && { body }) });
const service = (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> =>
  skep.http(method, path, { headers: { 'x-service-token': skep.serviceToken, ...headers }, ...(body && { body }) });
const call = (person: TestUser, name: string, params: object = {}) =>
  as(person, 'POST', `/v1/extensions/${APP}/call`, { user_id: person.id, function: name, params });
const feed = async (type: string, person: TestUser): Promise<Json[]> => {
  const events = await skep.infra.query('kernel', 'select payload from feed_event where type = $1 and user_id = $2', [type, person.id]);
  return events.map(({ payload }) => payload as Json);
};

it('a marked function answers with a task, which its user reads, and which no one else finds', async () => {
  const called = await call(ada, 'list_links');
  const task_id = String(called.json['task_id']);
  expect([called.status, String(called.json['data']!['task_id'])]).toEqual([200, task_id]);
  const path = `/v1/tasks/${task_id}`;
  await waitUntil('its end', async () => String((await as(ada, 'GET', path)).json['status']) === 'completed');
  expect((await as(ada, 'GET', path)).json).toMatchObject({ result: { status: 'success' }, app_id: APP, user_id: ada.id });
  expect((await as(ada, 'POST', `${path}/cancel`)).json).toMatchObject({ status: 'completed' });
  for (const [method, where] of [
    ['GET', path],
    ['POST', `${path}/cancel`],
  ] as const)
    expect((await as(bob, method, where)).status).toBe(404);
  expect((await as(ada, 'GET', `/v1/tasks/active?user_id=${ada.id}`)).json).toEqual({ tasks: [], total: 0 });
  expect((await as(bob, 'GET', `/v1/tasks/active?user_id=${ada.id}`)).status).toBe(403);
  expect((await service('GET', '/v1/tasks/active', undefined, { 'x-acting-user': ada.id })).status).toBe(200);
  expect((await feed('task_update', ada)).map(({ status }) => String(status))).toEqual(['queued', 'running', 'completed']);
});

it('a service checks the limit of a user and lists what runs for them', async () => {
  const limit = await service('GET', `/v1/tasks/internal/check-limit?user_id=${bob.id}`);
  expect(limit.json).toEqual({ user_id: bob.id, allowed: true, limit: 3, running: 0, queued: 0 });
  expect((await service('GET', `/v1/internal/processes/${bob.id}`)).json).toEqual({ user_id: bob.id, processes: [], total: 0 });
  for (const path of [`/v1/tasks/internal/check-limit?user_id=${bob.id}`, `/v1/internal/processes/${bob.id}`])
    expect((await as(bob, 'GET', path)).status).toBe(403);
});

it('an app and a service send a message to a user, an app only in its own name', async () => {
  const token = await createExtensionToken(skep, APP);
  const inject = (body: object, headers: Record<string, string>) => skep.http('POST', '/v1/internal/chat/inject', { body, headers });
  const app = { 'x-service-token': token, 'x-acting-user': bob.id };
  const message = { ext_id: APP, user_id: bob.id, text: 'Done.', refresh_panels: ['links'] };
  expect((await inject(message, app)).status).toBe(200);
  expect((await service('POST', '/v1/internal/chat/inject', message)).status).toBe(200);
  expect((await inject({ ...message, ext_id: 'other-app' }, app)).status).toBe(403);
  expect((await inject({ ...message, user_id: ada.id }, app)).status).toBe(403);
  expect((await as(bob, 'POST', '/v1/internal/chat/inject', message)).status).toBe(403);
  expect((await feed('chat_message', bob)).map(({ text }) => String(text))).toEqual(['Done.', 'Done.']);
  expect(await feed('panel_refresh', bob)).toHaveLength(2);
});

it('the actions of a request are read by its trace and step, and those of an app by its developer', async () => {
  await call(bob, 'list_links');
  const { actions } = (await as(bob, 'GET', '/v1/actions')).json;
  const { id, trace_id } = actions![0]!;
  expect((await as(bob, 'GET', `/v1/actions/${String(trace_id)}`)).json).toMatchObject({ id, actions: [{ id }] });
  expect((await as(ada, 'GET', `/v1/actions/${String(trace_id)}`)).status).toBe(404);
  expect((await as(bob, 'GET', `/v1/activity/steps/terminal:as_1:${String(id)}`)).json).toMatchObject({ ok: true, tool: 'list_links' });
  expect((await as(ada, 'GET', `/v1/activity/steps/${String(id)}`)).status).toBe(404);
  const ofSession = `terminal:coding-${bob.id}-r1:${'0'.repeat(32)}_0_0`;
  expect((await as(bob, 'GET', `/v1/activity/steps/${ofSession}`)).json).toMatchObject({
    status: 404,
    code: 'not_found',
    detail: 'Step not found.',
  });
  expect((await as(ada, 'GET', `/v1/actions/stats/extension/${APP}`)).json).toMatchObject({ app_id: APP });
  expect((await as(bob, 'GET', `/v1/actions/stats/extension/${APP}`)).status).toBe(404);
  expect((await service('GET', `/v1/internal/actions/stats/extension/${APP}`)).json).toMatchObject({ app_id: APP });
  expect((await service('GET', `/v1/internal/actions?user_id=${bob.id}`)).json['actions']![0]).toMatchObject({ id, user_id: bob.id });
  expect((await service('GET', `/v1/internal/actions/stats?user_id=${bob.id}`)).json).toMatchObject({ total: 1 });
  expect((await as(bob, 'GET', `/v1/internal/actions?user_id=${bob.id}`)).status).toBe(403);
});

it('administrators and services manage the extensions of a user', async () => {
  const path = `/v1/users/${bob.id}/extensions`;
  const mine = async () => (await service('GET', path)).rows.find(({ app_id }) => String(app_id) === APP);
  expect(await mine()).toMatchObject({ display_name: 'Link Saver', has_access: true, enabled: true });
  expect((await as(admin, 'POST', `${path}/disable`, { app_id: APP })).status).toBe(200);
  expect((await call(bob, 'list_links')).status).toBe(403);
  expect((await as(admin, 'DELETE', `${path}/disable/${APP}`)).status).toBe(200);
  expect((await service('DELETE', `${path}/${APP}`)).status).toBe(200);
  expect(await mine()).toBeUndefined();
  expect((await service('POST', path, { app_id: APP, extension_id: APP })).status).toBe(200);
  expect((await as(admin, 'GET', `/v1/extensions/${APP}/users`)).rows).toMatchObject([{ user_id: bob.id, enabled: true }]);
  for (const [method, where] of [
    ['GET', path],
    ['POST', `${path}/disable`],
    ['GET', `/v1/extensions/${APP}/users`],
  ] as const)
    expect((await as(bob, method, where, method === 'POST' ? { app_id: APP } : undefined)).status).toBe(403);
});

it('a user has a nickname that no one else can have', async () => {
  expect((await as(bob, 'PUT', '/v1/me/nickname', { nickname: 'bob-1' })).json).toEqual({ nickname: 'bob-1' });
  expect((await as(bob, 'GET', '/v1/me/nickname')).json).toEqual({ nickname: 'bob-1' });
  expect((await as(ada, 'PUT', '/v1/me/nickname', { nickname: 'bob-1' })).status).toBe(409);
  expect((await as(ada, 'PUT', '/v1/me/nickname', { nickname: '-no' })).status).toBe(422);
});
