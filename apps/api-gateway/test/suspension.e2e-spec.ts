import { type Answer, type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const APP = 'link-saver';
const REASON = 'It sends links to a third party.';
let skep: Skep;
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;
let carol: TestUser;
let ir_dict: Json;

const send = (person: TestUser, method: string, path: string, body?: object): Promise<Answer> =>
  skep.http(method, path, { token: person.access, ...(method !== 'GET' && { body: body ?? {} }) });
async function assertOk(sent: Promise<Answer>): Promise<Json> {
  const answer = await sent;
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.json;
}
const call = (person: TestUser, name: string, params: object = {}) =>
  send(person, 'POST', `/v1/extensions/${APP}/call`, { user_id: person.id, function: name, params });
const setStatus = (person: TestUser, status: string) => send(person, 'POST', `/v1/admin/apps/${APP}/status`, { status, reason: REASON });
const statusOf = async (sent: Promise<Answer>) => {
  const { status, json } = await sent;
  return [status, json['code']];
};
const listed = async () => (await skep.http('GET', `/v1/marketplace/apps/${APP}`)).status;
const install = (person: TestUser) => send(person, 'POST', `/v1/marketplace/apps/${APP}/install`);
const deploy = () =>
  assertOk(
    send(ada, 'POST', '/v1/extensions/developer/call', { user_id: ada.id, function: 'deploy_ir', params: { app_id: APP, ir_dict } }),
  );

beforeAll(async () => {
  skep = await startSkep();
  [admin, ada, bob, carol] = await Promise.all([skep.signInAdmin(), skep.signUpUser(), skep.signUpUser(), skep.signUpUser()]);
  ir_dict = JSON.parse(await readFile(new URL(`../../../../docs/examples/${APP}.json`, import.meta.url), 'utf8')) as Json;
  await assertOk(send(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' }));
  const listing = { name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  await assertOk(send(ada, 'POST', '/v1/developer/apps', { app_id: APP, ...listing }));
  await deploy();
  await assertOk(send(admin, 'POST', `/v1/admin/apps/${APP}/approve`));
  await waitUntil('the listing', async () => (await listed()) === 200);
  await waitUntil('the install', async () => (await install(bob)).status === 200);
  await waitUntil('the approval at the registry', async () => (await call(bob, 'list_links')).status === 200);
});
afterAll(() => skep?.close());

it('an app that an administrator suspends cannot be found, installed or called until it is restored, and keeps its data', async () => {
  const saved = await assertOk(call(bob, 'save_link', { url: 'https://example.com/kept' }));
  expect(saved['status']).toBe('success');
  for (const person of [ada, bob]) expect(await statusOf(setStatus(person, 'suspended'))).toEqual([403, 'forbidden']);
  expect((await setStatus(admin, 'suspended')).json).toMatchObject({ app_id: APP, status: 'suspended', suspend_reason: REASON });

  await waitUntil('the marketplace to consume the event', async () => (await listed()) === 404);
  await waitUntil('the registry to consume the event', async () => (await call(bob, 'list_links')).status === 403);
  for (const person of [ada, bob]) expect(await statusOf(call(person, 'list_links'))).toEqual([403, 'app_suspended']);
  expect(await statusOf(call(carol, 'list_links'))).toEqual([404, 'app_not_installed']);
  expect((await skep.http('GET', '/v1/marketplace/apps')).text).not.toContain(APP);
  expect(await statusOf(install(carol))).toEqual([404, 'app_not_found']);
  expect(await statusOf(install(bob))).toEqual([403, 'app_suspended']);

  expect((await send(ada, 'GET', `/v1/developer/apps/${APP}`)).json).toMatchObject({ status: 'suspended', suspend_reason: REASON });
  await deploy();
  expect(await statusOf(send(ada, 'POST', `/v1/developer/apps/${APP}/suspend`))).toEqual([403, 'app_suspended']);
  expect((await send(ada, 'POST', `/v1/developer/apps/${APP}/submit`)).json).toMatchObject({ status: 'failed' });
  expect(await statusOf(setStatus(ada, 'active'))).toEqual([403, 'forbidden']);
  expect(await statusOf(call(ada, 'list_links'))).toEqual([403, 'app_suspended']);

  expect((await setStatus(admin, 'active')).json).toMatchObject({ status: 'active', suspend_reason: null });
  await waitUntil('the marketplace to consume the event', async () => (await listed()) === 200);
  const links = await waitUntil('the registry to consume the event', async () => {
    const answer = await call(bob, 'list_links');
    return answer.status === 200 ? answer : undefined;
  });
  expect(links.text).toContain('https://example.com/kept');
});

it('the audit log says who suspended and restored it, and why', async () => {
  const items = await waitUntil('both audit entries', async () => {
    const { json } = await send(admin, 'GET', `/v1/audit?target_type=app&target_id=${APP}`);
    const found = json['items'] as unknown as Json[] | undefined;
    return found && found.length >= 2 ? found : undefined;
  });
  expect(items).toMatchObject([
    { action: 'app.restored', actor_id: admin.id, tenant_id: 'default', source: 'developer-portal', metadata: { reason: null } },
    { action: 'app.suspended', actor_id: admin.id, metadata: { developer_id: ada.id, reason: REASON } },
  ]);
});

it('an administrator unlists an app for new users only, renames it, and deletes it for everyone, which the audit log has', async () => {
  expect((await setStatus(admin, 'draft')).json).toMatchObject({ status: 'draft' });
  await waitUntil('the marketplace to consume the event', async () => (await listed()) === 404);
  expect((await call(bob, 'list_links')).status).toBe(200);
  await assertOk(send(admin, 'POST', `/v1/admin/apps/${APP}/metadata`, { display_name: 'Kept Links' }));
  await assertOk(setStatus(admin, 'active'));
  await waitUntil('the new name', async () => (await skep.http('GET', `/v1/marketplace/apps/${APP}`)).text.includes('"Kept Links"'));

  const purge = (body: object) => send(admin, 'DELETE', `/v1/admin/apps/${APP}`, body);
  expect(await statusOf(purge({ confirm_name: APP }))).toEqual([409, 'conflict']);
  expect(await statusOf(purge({ confirm_name: 'other', force: true }))).toEqual([422, 'invalid_input']);
  expect(await statusOf(send(ada, 'DELETE', `/v1/admin/apps/${APP}`, { confirm_name: APP, force: true }))).toEqual([403, 'forbidden']);
  expect((await purge({ confirm_name: APP, force: true })).json).toEqual({ app_id: APP, status: 'deleted', installs_purged: 1 });
  await waitUntil('the end of the install', async () => (await call(bob, 'list_links')).text.includes('app_not_installed'));
  expect(await listed()).toBe(404);
  expect((await send(ada, 'GET', `/v1/developer/apps/${APP}`)).status).toBe(404);

  const actions = await waitUntil('the audit entries', async () => {
    const { json } = await send(admin, 'GET', `/v1/audit?target_type=app&target_id=${APP}`);
    const found = (json['items'] as unknown as { action: string }[]).map(({ action }) => action);
    return found.includes('app.deleted') ? found : undefined;
  });
  expect(actions).toEqual(expect.arrayContaining(['app.unlisted', 'app.changed', 'app.listed', 'app.deleted']));
});
