import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let skep: Skep;
let admin: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  admin = await skep.signInAdmin();
});
afterAll(() => skep?.close());

const asAdmin = (method: string, path: string, body?: object) => skep.http(method, path, { token: admin.access, ...(body && { body }) });
const asService = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  skep.http(method, path, { headers: { 'x-service-token': skep.serviceToken, ...headers }, ...(body && { body }) });
const login = async ({ email, password }: TestUser) =>
  String((await skep.http('POST', '/v1/auth/login', { body: { email, password } })).json['access_token']);
const newestEntry = async (target_id: string) => (await asAdmin('GET', `/v1/audit?target_id=${target_id}`)).json['items']![0]!;

describe('an administrator', () => {
  it('creates, finds, updates, deactivates and erases a user', async () => {
    const body = { email: 'grace@example.com', password: 'correct horse battery', attributes: { first_name: 'Grace' } };
    const created = await asAdmin('POST', '/v1/users', body);
    expect([created.status, created.json['email'], created.json['role']]).toEqual([201, body.email, 'user']);
    const path = `/v1/users/${String(created.json['id'])}`;
    const found = await asAdmin('GET', '/v1/users?search=grace&scope=billing:read&limit=1');
    expect([found.headers.get('x-total-count'), found.rows[0]!['email']]).toEqual(['1', body.email]);
    expect((await asAdmin('PATCH', path, { role: 'developer' })).json['role']).toBe('developer');
    expect((await asAdmin('GET', `/v1/scopes/effective/${String(created.json['id'])}`)).json['effective_scopes']).toContain('config:read');
    expect((await asAdmin('DELETE', path)).json).toMatchObject({ deleted: true, permanent: false });
    expect((await asAdmin('GET', path)).json['is_active']).toBe(false);
    expect((await asAdmin('GET', '/v1/users?include_inactive=true&search=grace')).headers.get('x-total-count')).toBe('1');
    expect((await asAdmin('DELETE', `${path}?permanent=true`)).json).toMatchObject({ deleted: true, permanent: true });
    expect((await asAdmin('GET', path)).status).toBe(404);
  });

  it('creates a role, cascades a change of it, and deletes it', async () => {
    const created = await asAdmin('POST', '/v1/roles', { name: 'support', default_scopes: ['admin:users:read'] });
    expect(created.status).toBe(201);
    const path = `/v1/roles/${String(created.json['id'])}`;
    const person = await skep.signUpUser();
    await asAdmin('PATCH', `/v1/users/${person.id}`, { role: 'support' });
    const changed = await asAdmin('PATCH', `${path}?cascade=true`, { default_scopes: ['admin:users:read', 'admin:audit:read'] });
    expect(changed.json).toMatchObject({ users_updated: 1 });
    const token = await login(person);
    for (const [method, where, status] of [
      ['GET', '/v1/users', 200],
      ['GET', '/v1/audit', 200],
      ['GET', '/v1/roles', 403],
      ['PATCH', `/v1/users/${person.id}`, 403],
    ] as const)
      expect([where, (await skep.http(method, where, { token, ...(method === 'PATCH' && { body: {} }) })).status]).toEqual([where, status]);
    expect((await asAdmin('DELETE', path)).json['code']).toBe('role_in_use');
    await asAdmin('PATCH', `/v1/users/${person.id}`, { role: 'user' });
    expect((await asAdmin('DELETE', path)).json).toMatchObject({ deleted: true });
  });

  it('adds a scope to the catalogue and deletes it', async () => {
    const created = await asAdmin('POST', '/v1/scopes', { resource: 'cases', action: 'read' });
    expect([created.status, created.json['name']]).toEqual([201, 'cases:read']);
    expect((await asAdmin('GET', '/v1/scopes?resource=cases&source=tenant')).rows.length).toBe(1);
    const path = `/v1/scopes/${String(created.json['id'])}`;
    expect((await asAdmin('PATCH', path, { display_name: 'Cases' })).json['display_name']).toBe('Cases');
    expect((await asAdmin('DELETE', path)).json).toMatchObject({ name: 'cases:read', deleted: true });
  });

  it('who is demoted loses all rights, although the access token has not expired', async () => {
    const second = await skep.signUpUser();
    await asAdmin('PATCH', `/v1/users/${second.id}`, { role: 'admin' });
    const token = await login(second);
    const reads = () => skep.http('GET', '/v1/users', { token });
    expect((await reads()).status).toBe(200);
    await asAdmin('PATCH', `/v1/users/${second.id}`, { role: 'user' });
    await waitUntil('the demotion', async () => (await reads()).status === 401, 10_000);
    expect((await skep.http('GET', '/v1/users', { token: await login(second) })).status).toBe(403);
  });

  it('may not name another tenant, while user_id is data', async () => {
    expect((await asAdmin('GET', '/v1/users?tenant_id=other')).status).toBe(403);
    expect((await asAdmin('GET', '/v1/audit?user_id=imp_u_other')).status).toBe(200);
  });
});

describe('a service on an admin route', () => {
  it('acts for itself in the tenant that it names, and the audit log names the service', async () => {
    await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('branch', 'Branch')`);
    const body = { email: 'ida@example.com', password: 'correct horse battery', tenant_id: 'branch' };
    const created = await asService('POST', '/v1/users', body);
    expect([created.status, created.json['tenant_id']]).toEqual([201, 'branch']);
    expect((await asService('GET', '/v1/users', undefined, { 'x-tenant-id': 'branch' })).rows.length).toBe(1);
    const log = await asService('GET', '/v1/audit?tenant_id=branch');
    expect(log.json['items']).toMatchObject([{ action: 'user.created', actor_id: 'kernel', actor_type: 'service', via: 'service:kernel' }]);
    expect((await asService('GET', '/v1/users')).rows.some((row) => String(row['tenant_id']) !== 'default')).toBe(false);
  });

  it('has the rights of its acting user, and the audit log names both', async () => {
    const person = await skep.signUpUser();
    const deactivate = (acting: string) => asService('PATCH', `/v1/users/${person.id}`, { is_active: false }, { 'x-acting-user': acting });
    expect((await deactivate(person.id)).status).toBe(403);
    expect((await deactivate(admin.id)).json['is_active']).toBe(false);
    expect(await newestEntry(person.id)).toMatchObject({ actor_id: admin.id, actor_type: 'user', via: 'service:kernel' });
  });

  it('records audit entries', async () => {
    const entry = { actor_id: 'imp_u_x', action: 'tool.denied', target_type: 'tool', target_id: 'hammer', source: 'mcp' };
    expect((await asService('POST', '/v1/internal/audit', entry)).status).toBe(201);
    expect(await newestEntry('hammer')).toMatchObject({ ...entry, via: 'service:kernel' });
  });
});

describe('a user', () => {
  it('sees the security events of the account', async () => {
    const person = await skep.signUpUser();
    const { json } = await skep.http('GET', '/v1/auth/security-events', { token: person.access });
    expect(json).toMatchObject({ items: [{ action: 'session.opened', by_you: true }, { action: 'user.created' }], total: 2 });
  });

  it('sets their own id in the cases API only', async () => {
    const [person, other] = [await skep.signUpUser(), await skep.signUpUser()];
    const setId = (id: string) =>
      skep.http('PATCH', `/v1/auth/users/${id}/cases-uid`, { token: person.access, body: { cases_user_id: '17' } });
    expect((await setId(person.id)).json).toMatchObject({ imperal_id: person.id, cases_user_id: 17 });
    expect((await setId(other.id)).status).toBe(404);
  });
});
