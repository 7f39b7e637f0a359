import { type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const TENANT = 'imp_t_acme';
const DATABASE = { host: 'db.example.com', database: 'acme', username: 'acme', password: 'a-database-password' };
const PASSWORD = 'correct horse battery';

let skep: Skep;
let admin: TestUser;
let created: Json;

beforeAll(async () => {
  skep = await startSkep();
  admin = await skep.signInAdmin();
  const body = { tenant_id: TENANT, name: 'Acme', db_config: DATABASE };
  const answer = await skep.http('POST', '/v1/tenants', { token: admin.access, body });
  expect([answer.status, answer.text]).toEqual([201, expect.not.stringContaining('a-database-password')]);
  created = answer.json;
});
afterAll(() => skep?.close());

/** Creates a user in the new tenant. @returns their access token */
async function signUp(email: string, role = 'user'): Promise<string> {
  const headers = { 'x-service-token': skep.serviceToken };
  const body = { email, password: PASSWORD, tenant_id: TENANT };
  expect((await skep.http('POST', '/v1/auth/register', { headers, body })).status).toBe(201);
  await skep.infra.query(
    'auth-gateway',
    `update account a set role = r.name, role_scopes = r.default_scopes from role r
      where a.email = $1 and r.tenant_id = a.tenant_id and r.name = $2`,
    [email, role],
  );
  return String((await skep.http('POST', '/v1/auth/login', { body })).json['access_token']);
}

describe('a tenant', () => {
  it('has the fields of the published API, and is listed', async () => {
    expect(Object.keys(created).sort()).toEqual(
      'allowed_auth_methods can_resell created_at custom_pricing db_backend features id is_active isolation max_connections name parent_tenant_id tenant_id ui_config updated_at'.split(
        ' ',
      ),
    );
    const { headers, rows } = await skep.http('GET', '/v1/tenants', { token: admin.access });
    expect([headers.get('x-total-count'), rows.map((tenant) => tenant['tenant_id'])]).toEqual(['2', ['default', TENANT]]);
    const health = await skep.http('GET', `/v1/tenants/${TENANT}/health`, { token: admin.access });
    expect(Object.keys(health.json).sort()).toEqual(['db_backend', 'healthy', 'message', 'tenant_id']);
  });

  it('is managed by its own administrators, who cannot see other tenants, and not by its users', async () => {
    const [own, someone] = [await signUp('boss@example.com', 'admin'), await signUp('someone@example.com')];
    const at = async (token: string, method: string, path: string, body?: object) =>
      (await skep.http(method, path, { token, body })).status;
    expect(await at(own, 'PATCH', `/v1/tenants/${TENANT}`, { name: 'Ours' })).toBe(200);
    expect(await at(own, 'GET', '/v1/tenants/default')).toBe(404);
    expect(await at(own, 'POST', '/v1/tenants', { tenant_id: 'imp_t_more', name: 'More', db_config: DATABASE })).toBe(403);
    expect(await at(own, 'DELETE', `/v1/tenants/${TENANT}`)).toBe(403);
    expect(await at(someone, 'GET', `/v1/tenants/${TENANT}`)).toBe(403);
    expect(await at(someone, 'GET', '/v1/agencies')).toBe(403);
    expect(await at(someone, 'GET', '/v1/agencies/me')).toBe(200);
  });

  it('has its own agencies', async () => {
    const own = await signUp('owner@example.com', 'admin');
    const agency = { agency_id: 'north', display_name: 'North', settings: { logo_url: '/north.svg' } };
    const made = await skep.http('POST', '/v1/agencies', { token: own, body: agency });
    expect([made.status, made.json]).toEqual([201, { ...agency, domain: null, created_at: expect.any(String) }]);
    const changed = await skep.http('PUT', '/v1/agencies/north/settings', { token: own, body: { retention_days: 30 } });
    expect([changed.status, changed.json['settings']]).toEqual([200, { logo_url: '/north.svg', retention_days: 30 }]);
    const refused = await skep.http('PUT', '/v1/agencies/north/settings', { token: own, body: { logo_url: 'data:x' } });
    expect([refused.status, refused.json['detail']]).toMatchObject([422, [{ loc: ['body', 'logo_url'] }]]);
    expect((await skep.http('GET', '/v1/agencies/north', { token: admin.access })).status).toBe(404);
    expect((await skep.http('GET', '/v1/agencies/north', { token: own })).json).toEqual(changed.json);
  });
});

it('suspending a tenant invalidates the tokens and keys of its users, and of no others', async () => {
  const token = await signUp('leaving@example.com');
  const key = (await skep.http('POST', '/v1/keys', { token, body: { name: 'program', scopes: '*' } })).json['key'];
  const withKey = () => skep.http('GET', '/v1/developer/apps', { headers: { 'x-api-key': String(key) } });
  expect((await withKey()).status).not.toBe(401);
  const suspended = await skep.http('PATCH', `/v1/tenants/${TENANT}`, { token: admin.access, body: { is_active: false } });
  expect([suspended.status, suspended.json['is_active']]).toEqual([200, false]);
  await waitUntil('the access token to be rejected', async () => (await skep.http('GET', '/v1/auth/me', { token })).status === 401, 10_000);
  await waitUntil('the key to be rejected', async () => (await withKey()).status === 401, 10_000);
  const login = await skep.http('POST', '/v1/auth/login', {
    body: { email: 'leaving@example.com', password: PASSWORD, tenant_id: TENANT },
  });
  expect([login.status, login.json['code']]).toEqual([403, 'tenant_suspended']);
  expect((await skep.http('GET', '/v1/auth/me', { token: admin.access })).status).toBe(200);
  expect((await skep.http('DELETE', `/v1/tenants/${TENANT}`, { token: admin.access })).status).toBe(200);
  expect((await skep.http('GET', `/v1/tenants/${TENANT}`, { token: admin.access })).status).toBe(404);
});
