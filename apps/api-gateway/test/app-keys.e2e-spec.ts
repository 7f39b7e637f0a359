import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  [ada, bob] = await Promise.all([skep.signUpUser(), skep.signUpUser()]);
  for (const { access: token } of [ada, bob])
    await skep.http('POST', '/v1/developer/register', { token, body: { display_name: `Developer ${token.slice(-12)}` } });
  await skep.http('POST', '/v1/developer/apps', { token: ada.access, body: { app_id: 'diary', name: 'Diary' } });
  await skep.http('POST', '/v1/developer/apps', { token: bob.access, body: { app_id: 'links', name: 'Links' } });
});
afterAll(() => skep?.close());

const appKeys = (
  method: string,
  { id = '', token = ada.access, app = 'diary', body }: { id?: string; token?: string; app?: string; body?: object } = {},
) => skep.http(method, `/v1/apps/${app}/keys${id}`, { token, body });
const create = async (scope: string) => {
  const { json } = await appKeys('POST', { body: { scope } });
  return { id: String(json['key_id']), key: String(json['api_key']) };
};
const withKey = async (key: string, method: string, path: string, body?: object) => {
  const { status, json } = await skep.http(method, path, { headers: { 'x-api-key': key }, body });
  return [status, String(json?.['code'])];
};
const READ_PATHS = ['/v1/developer/apps/diary', '/v1/developer/apps/diary/deploys', '/v1/apps/diary/keys'];

describe('an app key', () => {
  it('is created by the app’s developer, listed without its secret, and revoked', async () => {
    const created = await appKeys('POST');
    expect(created.status).toBe(200);
    expect(Object.keys(created.json).sort()).toEqual(['api_key', 'created_at', 'key_id', 'prefix', 'scope', 'warning']);
    const { json, text } = await appKeys('GET');
    expect(Object.keys(json).sort()).toEqual(['keys', 'total']);
    expect(text).not.toContain(String(created.json['api_key']));
    const id = String(created.json['key_id']);
    expect((await appKeys('DELETE', { id: `/${id}` })).json).toEqual({ key_id: id, status: 'revoked' });
    expect((await appKeys('DELETE', { id: '/key_unknown' })).json).toMatchObject({ code: 'key_not_found', status: 404 });
  });

  it('cannot be created, listed or revoked for an app of another developer', async () => {
    const { id } = await create('full');
    const token = bob.access;
    for (const answer of [appKeys('POST', { token, body: {} }), appKeys('GET', { token }), appKeys('DELETE', { token, id: `/${id}` })])
      expect((await answer).json).toMatchObject({ code: 'no_such_app', status: 404 });
    expect((await appKeys('POST', { body: { scope: 'everything' } })).json['detail']).toMatchObject([{ loc: ['body', 'scope'] }]);
  });

  it('reads and deploys its app, but no other app and no other data of its developer', async () => {
    const { key } = await create('full');
    for (const path of READ_PATHS) expect(await withKey(key, 'GET', path)).toEqual([200, 'undefined']);
    expect((await withKey(key, 'POST', '/v1/developer/apps/diary/deploys', { commit_sha: 'abc1234', status: 'success' }))[0]).toBe(201);
    for (const [method, path] of [
      ['GET', '/v1/developer/apps/links'],
      ['POST', '/v1/developer/apps/links/deploys'],
      ['GET', '/v1/apps/links/keys'],
      ['GET', '/v1/developer/apps'],
      ['POST', '/v1/apps/diary/keys'],
      ['GET', '/v1/billing/balance'],
      ['GET', '/v1/keys'],
    ] as const)
      expect([path, ...(await withKey(key, method, path, method === 'GET' ? undefined : { app_id: 'diary' }))]).toEqual([
        path,
        403,
        'forbidden',
      ]);
  });

  it('with the scope readonly reads its app but cannot deploy', async () => {
    const { key } = await create('readonly');
    for (const path of READ_PATHS) expect(await withKey(key, 'GET', path)).toEqual([200, 'undefined']);
    expect(await withKey(key, 'POST', '/v1/developer/apps/diary/deploys', { commit_sha: 'abc1234' })).toEqual([403, 'forbidden']);
  });

  it('is rejected at once when it is revoked, and when its developer is deactivated', async () => {
    const { id, key } = await create('full');
    const status = async () => (await withKey(key, 'GET', READ_PATHS[0]!))[0];
    expect(await status()).toBe(200);
    await appKeys('DELETE', { id: `/${id}` });
    await waitUntil('the rejection', async () => (await status()) === 401);

    const other = await create('full');
    expect((await withKey(other.key, 'GET', READ_PATHS[0]!))[0]).toBe(200);
    await skep.infra.query('auth-gateway', 'update account set is_active = false where id = $1', [ada.id]);
    await waitUntil('the rejection', async () => (await withKey(other.key, 'GET', READ_PATHS[0]!))[0] === 401);
  });
});
