import { type Json, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloud } from '../src/apis/cloud/index.js';

const { routes } = cloud;

let skep: Skep;
let admin: TestUser;

beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('../src/main.js', import.meta.url) });
  admin = await skep.signInAdmin();
});
afterAll(() => skep?.close());

/** Changes the rights of a user and logs them in. */
async function logInWith(rights: { scopes?: string[]; role?: string }, person?: TestUser): Promise<TestUser> {
  const { id, email, password, ...rest } = person ?? (await skep.signUpUser());
  await skep.http('PATCH', `/v1/users/${id}`, { token: admin.access, body: rights });
  const { json } = await skep.http('POST', '/v1/auth/login', { body: { email, password } });
  return { ...rest, id, email, password, access: String(json['access_token']), refresh: String(json['refresh_token']) };
}

const call = async ({ id, access }: TestUser, app_id: string, name: string, params: object = {}): Promise<Json> =>
  (await skep.http('POST', `/v1/extensions/${app_id}/call`, { token: access, body: { user_id: id, function: name, params } })).json;

const missingScope = (scope: string) => ({ code: 'forbidden', detail: `This requires the scope "${scope}".` });

describe('a user without scopes', () => {
  let bare: TestUser;
  beforeAll(async () => void (bare = await logInWith({ scopes: [] })));

  it.each([
    ['POST', '/v1/developer/register', 'developer:profile:write'],
    ['POST', '/v1/developer/apps/links/submit', 'marketplace:submit'],
    ['POST', '/v1/billing/topup', 'billing:write'],
    ['GET', '/v1/billing/balance', 'billing:read'],
    ['POST', '/v1/extensions/billing/call', 'extensions:call'],
    ['POST', '/v1/marketplace/apps/links/install', 'marketplace:write'],
    ['GET', '/v1/events/stream', 'events:subscribe'],
  ])('gets 403 for %s %s, which names the missing scope %s', async (method, path, scope) => {
    const answer = await skep.http(method, path, { token: bare.access, ...(method === 'POST' && { body: {} }) });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject(missingScope(scope));
  });

  it('gets 403 through a service that acts for them too, unlike other users', async () => {
    const headers = { 'x-service-token': skep.serviceToken };
    const other = await skep.signUpUser();
    const balance = (person: TestUser) => skep.http('GET', '/v1/billing/balance', { headers: { ...headers, 'x-acting-user': person.id } });
    expect((await balance(bare)).json).toMatchObject(missingScope('billing:read'));
    expect((await balance(other)).status).toBe(200);
    expect((await skep.http('GET', `/v1/billing/internal/balance/${bare.id}`, { headers })).status).toBe(200);
  });

  it('can see and secure their own account', async () => {
    const get = async (path: string) => (await skep.http('GET', path, { token: bare.access })).status;
    expect(await Promise.all(['/v1/auth/me', '/v1/auth/sessions', '/v1/auth/factors', '/v1/keys'].map(get))).toEqual([200, 200, 200, 200]);
    expect((await skep.http('POST', '/v1/auth/sessions/revoke-others', { token: bare.access, body: {} })).status).toBe(200);
  });

  it('gets a granted scope at the next refresh, and no other', async () => {
    await skep.http('PATCH', `/v1/users/${bare.id}`, { token: admin.access, body: { scopes: ['billing:read'] } });
    const { json } = await skep.http('POST', '/v1/auth/refresh', { body: { refresh_token: bare.refresh } });
    const token = String(json['access_token']);
    expect((await skep.http('GET', '/v1/billing/balance', { token })).status).toBe(200);
    expect((await skep.http('POST', '/v1/billing/topup', { token, body: {} })).json).toMatchObject(missingScope('billing:write'));
  });
});

it('an API key without the scope of a route gets 403, which names the missing scope', async () => {
  const { access } = await skep.signUpUser();
  const { json } = await skep.http('POST', '/v1/keys', { token: access, body: { name: 'narrow', scopes: 'billing:read' } });
  const send = (path: string) => skep.http('GET', path, { headers: { 'x-api-key': String(json['key']) } });
  expect((await send('/v1/developer/apps')).json).toMatchObject(missingScope('developer:apps:read'));
  expect((await send('/v1/billing/balance')).json).toMatchObject({ code: 'forbidden', detail: 'API keys may not call this.' });
});

it('a function of a built-in extension requires its own scope besides extensions:call', async () => {
  const caller = await logInWith({ scopes: ['extensions:call', 'marketplace:read'] });
  for (const [app, name, scope] of [
    ['billing', 'get_balance', 'billing:read'],
    ['developer', 'register_developer', 'developer:profile:write'],
    ['marketplace', 'install_app', 'marketplace:write'],
  ] as const)
    expect(await call(caller, app, name)).toMatchObject({
      status: 'error',
      error_code: 'PERMISSION_DENIED',
      error: expect.stringContaining(scope),
    });
  expect(await call(caller, 'marketplace', 'list_categories')).toMatchObject({ status: 'success' });
});

/** Reads, with an input that does not fit a URL. */
const READS = '/v1/developer/apps/{app_id}/price-preview';
/** Reads what it takes away. */
const TAKES = '/v1/agent/sessions/{session_id}/pending-steer';

it('a viewer can use every route that reads their own data, and none that changes it', async () => {
  const viewer = await logInWith({ role: 'viewer' });
  for (const { method, path, access } of routes) {
    if (access.kind !== 'user') continue;
    const where = path.replace(/\{\w+\}/g, 'no-such-thing');
    const { json } = await skep.http(method, where, { token: viewer.access, ...(method !== 'GET' && { body: {} }) });
    const changes = (method !== 'GET' && path !== READS) || path === TAKES;
    expect([method, path, String(json['code']) === 'forbidden']).toEqual([method, path, changes]);
  }
});
