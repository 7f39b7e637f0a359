import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CallerKind, verdictsOf } from '../src/matrix/callers.js';
import { renderMatrix } from '../src/matrix/document.js';
import { openApi } from '../src/openapi/document.js';
import { createExtensionToken, revokeExtensionToken } from './extension-token.js';
import { forApps } from './second-api/for-apps.js';

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('./second-api/main.js', import.meta.url) });
  [ada, bob] = await Promise.all([skep.signUpUser(), skep.signUpUser()]);
  for (const [app_id, { access: token }] of [
    ['diary', ada],
    ['links', bob],
  ] as const) {
    await skep.http('POST', '/v1/developer/register', { token, body: { display_name: `Developer of ${app_id}` } });
    await skep.http('POST', '/v1/developer/apps', { token, body: { app_id, name: app_id } });
  }
});
afterAll(() => skep?.close());

const tokens = (method: string, { id = '', token = ada.access, app = 'diary' } = {}) =>
  skep.http(method, `/v1/developer/apps/${app}/extension-tokens${id}`, { token, ...(method === 'POST' && { body: {} }) });
const create = async () => String((await tokens('POST')).json['token']);
/** The status with which the API for apps answers, and the code of the problem. */
const call = async (path: string, headers: Record<string, string>, body?: object) => {
  const { status, json } = await skep.http(body ? 'POST' : 'GET', `/for-apps${path}`, { headers, ...(body && { body }) });
  return [status, String(json['code'])];
};
const as = (token: string, more: Record<string, string> = {}) => ({ 'x-service-token': token, ...more });
const PASSED = [404, 'app_not_found'];
const FORBIDDEN = [403, 'forbidden'];

describe('an extension token', () => {
  it('is created by the app’s developer, shown once, stored as a hash, listed with its last use, and revoked at once', async () => {
    const created = await tokens('POST');
    expect([created.status, created.json]).toEqual([
      201,
      expect.objectContaining({ app_id: 'diary', tenant_id: 'default', token: expect.stringMatching(/^skep_ext_[A-Za-z0-9]{43}$/) }),
    ]);
    const token = String(created.json['token']);
    const id = String(created.json['token_id']);
    expect(await call('/diary/listing', as(token))).toEqual(PASSED);
    const listed = await tokens('GET');
    expect(listed.json).toMatchObject({ total: 1, tokens: [{ token_id: id, last_used_at: expect.any(String) }] });
    const stored = await skep.infra.query('auth-gateway', 'select extension_token::text from extension_token');
    const audited = await skep.infra.query('auth-gateway', `select audit_log::text from audit_log where target_id = $1`, [id]);
    expect(audited).toHaveLength(1);
    for (const text of [listed.text, JSON.stringify(stored), JSON.stringify(audited)]) expect(text).not.toContain(token.slice(15));

    for (const attempt of [0, 1])
      expect([attempt, (await tokens('DELETE', { id: `/${id}` })).json]).toEqual([attempt, { token_id: id, status: 'revoked' }]);
    expect(await call('/diary/listing', as(token))).toEqual([401, 'unauthenticated']);
    expect((await tokens('GET')).json).toEqual({ tokens: [], total: 0 });
    expect((await tokens('DELETE', { id: '/ext_unknown' })).json).toMatchObject({ code: 'extension_token_not_found' });
  });

  it('cannot be created, listed or revoked by another developer, nor created by a service, an API key or an extension token', async () => {
    const { token_id, token } = (await tokens('POST')).json;
    for (const answer of ['POST', 'GET', 'DELETE'].map((method) =>
      tokens(method, { token: bob.access, id: method === 'DELETE' ? `/${String(token_id)}` : '' }),
    ))
      expect((await answer).json).toMatchObject({ code: 'no_such_app', status: 404 });
    expect((await tokens('DELETE', { token: bob.access, app: 'links', id: `/${String(token_id)}` })).status).toBe(404);
    const key = String((await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'all', scopes: '*' } })).json['key']);
    for (const headers of [as(skep.serviceToken, { 'x-acting-user': ada.id }), as(String(token)), { 'x-api-key': key }])
      expect(
        (await skep.http('POST', '/v1/developer/apps/diary/extension-tokens', { headers: headers as Record<string, string>, body: {} }))
          .status,
      ).toBe(403);
  });

  it('works only for its app, wherever the request names one', async () => {
    const token = await create();
    for (const headers of [as(token), { authorization: `Bearer ${token}` }] as Record<string, string>[]) {
      expect(await call('/diary/listing', headers)).toEqual(PASSED);
      expect(await call('/listing?app_id=diary', headers)).toEqual(PASSED);
      expect(await call('/calls', headers, { app_id: 'diary', function: 'f', params: {} })).not.toEqual(FORBIDDEN);
      expect(await call('/links/listing', headers)).toEqual(FORBIDDEN);
      expect(await call('/listing?app_id=links', headers)).toEqual(FORBIDDEN);
      expect(await call('/listing', headers)).toEqual(FORBIDDEN);
      expect(await call('/listing?app_id=diary&app_id=links', headers)).toEqual(FORBIDDEN);
      expect(await call('/calls', headers, { app_id: 'links', function: 'f', params: {} })).toEqual(FORBIDDEN);
      expect(await call('/calls?app_id=diary', headers, { app_id: 'links', function: 'f', params: {} })).toEqual(FORBIDDEN);
    }
  });

  it('acts for users of its tenant only', async () => {
    const token = await create();
    expect(await call('/diary/listing', as(token, { 'x-acting-user': bob.id }))).toEqual(PASSED);
    expect(await call('/diary/listing', as(token, { 'x-acting-user': bob.id, 'x-tenant-id': 'second' }))).toEqual(FORBIDDEN);
    expect(await call('/diary/listing?tenant_id=second', as(token))).toEqual(FORBIDDEN);
    await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('second', 'Second')`);
    const foreign = await createExtensionToken(skep, 'diary', '--tenant', 'second');
    expect(await call('/diary/listing', as(foreign))).toEqual(PASSED);
    expect(await call('/diary/listing', as(foreign, { 'x-acting-user': bob.id }))).toEqual([404, 'user_not_found']);
    await skep.infra.query('auth-gateway', `update tenant set is_active = false where id = 'second'`);
  });

  it('stops working with its developer’s account', async () => {
    const token = String((await tokens('POST', { token: bob.access, app: 'links' })).json['token']);
    await skep.infra.query('auth-gateway', 'update account set is_active = false where id = $1', [bob.id]);
    expect(await call('/links/listing', as(token))).toEqual([401, 'unauthenticated']);
    await skep.infra.query('auth-gateway', 'update account set is_active = true where id = $1', [bob.id]);
  });

  it('an app has at most 20', async () => {
    for (let n = 0; n < 20; n++) await createOf('full');
    expect((await skep.infra.query('auth-gateway', `select count(*)::int from extension_token where app_id = 'full'`))[0]).toEqual({
      count: 20,
    });
    await expect(createExtensionToken(skep, 'full')).rejects.toMatchObject({ stderr: expect.stringContaining('maximum number') });
  });
});

const createOf = (app: string) =>
  skep.infra.query(
    'auth-gateway',
    `insert into extension_token (id, app_id, tenant_id, hash, prefix) select 'ext_' || n, $1, 'default', sha256(n::text::bytea), '' from (select gen_random_uuid() as n) r`,
    [app],
  );

describe('a route for apps', () => {
  it.each(forApps.routes.slice(0, 1).map((route) => [route.path, route] as const))('%s has the access in the matrix', async (_, route) => {
    const revoked = await createExtensionToken(skep, 'diary');
    await revokeExtensionToken(skep, 'diary', revoked);
    const [own, other] = [await createExtensionToken(skep, 'diary'), await createExtensionToken(skep, 'another')];
    const admin = await skep.signInAdmin();
    const key = String((await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'all', scopes: '*' } })).json['key']);
    const callers = {
      anonymous: {},
      user: { authorization: `Bearer ${ada.access}` },
      admin: { authorization: `Bearer ${admin.access}` },
      'API key': { 'x-api-key': key },
      'extension token': as(own),
      'extension token as bearer': { authorization: `Bearer ${own}` },
      'other app’s extension token': as(other),
      'revoked extension token': as(revoked),
      'wrong service token': as('wrong'),
      service: as(skep.serviceToken),
      'service as bearer': { authorization: `Bearer ${skep.serviceToken}` },
      'service for a user': as(skep.serviceToken, { 'x-acting-user': bob.id }),
    } satisfies Partial<Record<CallerKind, object>>;
    for (const [caller, headers] of Object.entries(callers) as [CallerKind, Record<string, string>][]) {
      const [status] = await call('/diary/listing', headers);
      expect([caller, status === 404 ? 'passes' : status]).toEqual([caller, verdictsOf(route, forApps.auth)[caller]]);
    }
  });

  it('is in the matrix and in OpenAPI with both credentials', () => {
    expect(renderMatrix(forApps)).toContain('a service, or the app with its extension token');
    const document = JSON.parse(JSON.stringify(openApi(forApps))) as { paths: Record<string, { get: { security: object[] } }> };
    expect(document.paths['/for-apps/listing']!.get.security).toEqual([{ serviceToken: [] }, { extensionToken: [] }]);
  });
});
