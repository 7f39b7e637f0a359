import { type Json, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let admin: TestUser;
let full: string;
let service: Record<string, string>;

const APP = '/v1/apps/diary';
const withKey = (key: string, method: string, path: string, body?: unknown) =>
  skep.http(method, path, { headers: { 'x-api-key': key }, body: body as object });
const asService = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  skep.http(method, path, { headers: { ...service, ...more }, body: body as object });
const as = (user: TestUser, method: string, path: string, body?: object) => skep.http(method, path, { token: user.access, body });
const newKey = async (scope: string) => (await as(ada, 'POST', `${APP}/keys`, { scope })).json;
const tools = [{ activity: 'tool_add_note', name: 'Add Note', description: 'Adds a note.', domains: [], required_scopes: [] }];

beforeAll(async () => {
  skep = await startSkep();
  service = { 'x-service-token': skep.serviceToken };
  [ada, bob, admin] = await Promise.all([skep.signUpUser(), skep.signUpUser(), skep.signInAdmin()]);
  for (const user of [ada, bob]) await as(user, 'POST', '/v1/developer/register', { display_name: `Developer ${user.id}` });
  await as(ada, 'POST', '/v1/developer/apps', { app_id: 'diary', name: 'Diary' });
  full = String((await newKey('full'))['api_key']);
});
afterAll(() => skep?.close());

describe('a key of an app', () => {
  it('reads the app, syncs its tools and changes its settings, as the published command line does', async () => {
    expect((await withKey(full, 'GET', APP)).json).toMatchObject({ app_id: 'diary', owner_id: ada.id });
    const synced = await withKey(full, 'PUT', `${APP}/tools`, { tools, skeleton_sections: [], version: '1.0.0' });
    expect([synced.status, synced.json['tools_registered']]).toEqual([200, 1]);
    expect((await withKey(full, 'PUT', `${APP}/settings`, { general: { a: 1 } })).status).toBe(200);
    expect((await withKey(full, 'GET', `${APP}/settings`)).json).toMatchObject({ general: { a: 1 }, persona: {} });
    expect((await withKey(full, 'GET', `/v1/developer/apps/diary/deploys`)).rows[0]).toMatchObject({ version: '1.0.0' });
  });

  it('opens no other app, no list and no user', async () => {
    await as(bob, 'POST', '/v1/developer/apps', { app_id: 'other', name: 'Other' });
    for (const path of [
      '/v1/apps/other',
      '/v1/apps/other/tools',
      '/v1/apps/other/settings',
      '/v1/apps',
      '/v1/catalog',
      '/v1/catalog/tools',
    ])
      expect([path, (await withKey(full, 'GET', path)).status]).toEqual([path, 403]);
    expect((await withKey(full, 'GET', `/v1/users/${ada.id}/automations`)).status).toBe(403);
    expect((await withKey(full, 'DELETE', '/extensions/other')).status).toBe(403);
  });

  it('with the scope readonly only reads, and dies when it is revoked', async () => {
    const { key_id, api_key } = await newKey('readonly');
    const key = String(api_key);
    expect((await withKey(key, 'GET', `${APP}/tools`)).status).toBe(200);
    for (const [method, path] of [
      ['PUT', `${APP}/tools`],
      ['PUT', `${APP}/settings`],
      ['PATCH', APP],
      ['DELETE', APP],
    ] as const)
      expect([method, path, (await withKey(key, method, path, method === 'DELETE' ? undefined : {})).status]).toEqual([method, path, 403]);
    await as(ada, 'DELETE', `${APP}/keys/${String(key_id)}`);
    await waitUntil('the key to die', async () => (await withKey(key, 'GET', `${APP}/tools`)).status === 401);
  });
});

describe('a service that acts for no user', () => {
  it('sees the apps of the tenant that it names, and no others', async () => {
    const ids = async (more = {}) => (await asService('GET', '/v1/apps?status=all', undefined, more)).rows.map(({ app_id }) => app_id);
    expect(await ids()).toEqual(['diary', 'other']);
    expect(await ids({ 'x-tenant-id': 'elsewhere' })).toEqual([]);
    expect((await asService('GET', APP, undefined, { 'x-tenant-id': 'elsewhere' })).status).toBe(404);
    expect(await ids({ 'x-acting-user': bob.id })).toEqual(['other']);
  });

  it('still has to name a user where a user is required', async () => {
    expect((await asService('GET', '/v1/developer/apps')).status).toBe(422);
    expect((await asService('POST', '/v1/hub/imp_u_nobody/messages', { content: 'x' })).status).toBe(404);
  });
});

describe('the automations of a user', () => {
  const path = () => `/v1/users/${bob.id}/automations`;
  const row = { app_id: 'diary', section_name: 'inbox' };

  it('are a bare list or an object around it, and other bodies are refused', async () => {
    for (const body of [[row], { automations: [row] }]) {
      const { json } = await asService('PUT', path(), body);
      expect(json['automations']).toEqual([{ ...row, user_id: bob.id, enabled: true, ttl: 300, alert_config: {} }]);
    }
    expect((await asService('PUT', path(), { rows: [row] })).status).toBe(422);
    const { status, json } = await asService('PUT', path(), [{ section_name: 'inbox' }]);
    expect([status, json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'automations', 0, 'app_id'] })]]);
    expect((await asService('PUT', APP, [row])).status).toBe(422);
  });

  it('are for administrators and services', async () => {
    expect((await as(bob, 'GET', path())).status).toBe(403);
    expect((await as(admin, 'GET', path())).json['automations']).toHaveLength(1);
    const { key } = (await as(admin, 'POST', '/v1/keys', { name: 'worker', scopes: '*' })).json;
    expect((await withKey(String(key), 'GET', path())).status).toBe(200);
    const { key: narrow } = (await as(admin, 'POST', '/v1/keys', { name: 'narrow', scopes: 'billing:read' })).json;
    expect((await withKey(String(narrow), 'GET', path())).status).toBe(403);
  });
});

describe('a former path', () => {
  it('answers as the current path does', async () => {
    const made = await asService('POST', '/extensions', { id: 'former', display_name: 'Former', manifest: { version: '1.0.0' } });
    expect([made.status, made.json['status']]).toEqual([201, 'active']);
    expect((await asService('GET', '/extensions/former')).json).toEqual((await asService('GET', '/v1/apps/former')).json);
    expect((await skep.http('POST', '/auth/login', { body: { email: bob.email, password: bob.password } })).json).toMatchObject({
      token_type: 'bearer',
    });
    expect((await as(bob, 'GET', '/auth/me')).json['imperal_id']).toBe(bob.id);
    expect((await skep.http('POST', '/auth/api-keys/validate', { body: { api_key: full } })).json).toMatchObject({
      valid: true,
      app_id: 'diary',
    });
    for (const path of ['/health', '/healthz', '/v1/health']) expect((await skep.http('GET', path)).json).toEqual({ status: 'ok' });
  });

  it('is closed without a credential, and another user’s rows stay theirs', async () => {
    for (const path of ['/extensions', '/extensions/former', `/user-extensions/${bob.id}`, '/auth/me'])
      expect([path, (await skep.http('GET', path)).status]).toEqual([path, 401]);
    expect((await as(bob, 'GET', `/user-extensions/${ada.id}`)).status).toBe(403);
    expect((await as(bob, 'GET', '/extensions/diary')).status).toBe(404);
  });

  it('that is unknown is a problem', async () => {
    expect((await skep.http('GET', '/auth/nothing')).json).toMatchObject({ code: 'not_found' });
  });
});

it('the documents of both published services can be downloaded, and name the routes of each', async () => {
  const paths = async (name: string) => Object.keys((await skep.http('GET', `/openapi/${name}.json`)).json['paths'] as Json);
  const [registry, gateway] = [await paths('registry'), await paths('auth-gateway')];
  expect(registry).toEqual(
    expect.arrayContaining(['/v1/apps/{app_id}/tools', '/v1/catalog', '/v1/hub/{user_id}/messages', '/extensions', '/health']),
  );
  expect(gateway).toEqual(expect.arrayContaining(['/v1/auth/login', '/v1/billing/balance']));
  expect(gateway.filter((path) => registry.includes(path))).toEqual([]);
  expect((await skep.http('GET', '/openapi/secrets.json')).status).toBe(404);
});
