import fc from 'fast-check';
import { fields, id, text, type World } from './world.js';

/** Accounts, API keys and users. */
export async function people({ skep, admin, service, as, call, each }: World): Promise<void> {
  await call('GET /v1/auth/.well-known/jwks.json', {});
  const account = await skep.signUpUser();
  const { email, password } = account;
  await each(fc.string({ minLength: 12, maxLength: 60 }), async (other) => {
    const signedIn = await call('POST /v1/auth/login', {}, { body: { email, password } });
    const refreshed = await call('POST /v1/auth/refresh', {}, { body: { refresh_token: signedIn['refresh_token'] } });
    const access = { token: String(refreshed['access_token']) };
    await call('GET /v1/auth/me', access);
    await call('POST /v1/auth/me/change-password', access, { body: { current_password: password, new_password: `${other}1` } });
    await call('POST /v1/auth/me/change-password', access, { body: { current_password: `${other}1`, new_password: password } });
    await call('POST /v1/auth/logout', {}, { body: { refresh_token: refreshed['refresh_token'] } });
  });
  await each(fc.nat(1e9), async (cases_user_id) => {
    const person = await skep.signUpUser();
    await call('PATCH /v1/auth/users/{imperal_id}/cases-uid', as(person), { path: { imperal_id: person.id }, body: { cases_user_id } });
  });
  const holder = await skep.signUpUser();
  await each(fc.record({ name: text(), scopes: fc.constantFrom('*', 'billing:read') }), (body) =>
    call('POST /v1/keys', as(holder), { body }),
  );
  await call('GET /v1/keys', as(holder));
  await each(id(), (name) => call('POST /v1/auth/register', service, { body: { email: `${name}@example.com`, password } }));
  await each(fc.record({ name: id(), attributes: fields(), role: fc.constantFrom('user', 'admin') }), async ({ name, ...user }) => {
    const { imperal_id } = await call('POST /v1/users', admin, { body: { ...user, email: `${name}@example.com`, password } });
    const path = { user_id: imperal_id };
    await call('PATCH /v1/users/{user_id}', admin, { path, body: { attributes: user.attributes, is_active: false } });
    await call('GET /v1/users/{user_id}', admin, { path });
    await call('GET /v1/scopes/effective/{user_id}', admin, { path });
  });
}

/** Tenants, agencies, roles and scopes. */
export async function organisations({ admin, as, bob, call, each }: World): Promise<void> {
  await each(fc.record({ tenant_id: id(), name: text(), features: fields() }), async (body) => {
    const path = { tenant_id: body.tenant_id };
    await call('POST /v1/tenants', admin, { body });
    await call('PATCH /v1/tenants/{tenant_id}', admin, { path, body: { name: body.name } });
    await call('GET /v1/tenants/{tenant_id}', admin, { path });
    await call('GET /v1/tenants/{tenant_id}/health', admin, { path });
  });
  await call('GET /v1/tenants', admin);
  await each(fc.record({ agency_id: id(), display_name: text(), settings: fc.option(fields()) }), async (body) => {
    const path = { agency_id: body.agency_id };
    await call('POST /v1/agencies', admin, { body });
    await call('PUT /v1/agencies/{agency_id}/settings', admin, { path, body: { retention_days: 30 } });
    await call('GET /v1/agencies/{agency_id}', admin, { path });
  });
  await call('GET /v1/agencies', admin);
  await call('GET /v1/agencies/me', as(bob));
  await each(fc.record({ name: id(), display_name: text(), default_attributes: fields() }), (body) =>
    call('POST /v1/roles', admin, { body }),
  );
  await call('GET /v1/roles', admin);
  await each(fc.record({ resource: id(), action: id(), description: fc.option(text()) }), async (body) => {
    const { id: scope_id } = await call('POST /v1/scopes', admin, { body });
    await call('PATCH /v1/scopes/{scope_id}', admin, { path: { scope_id }, body: { description: 'Another one.' } });
    await call('GET /v1/scopes', admin);
    await call('DELETE /v1/scopes/{scope_id}', admin, { path: { scope_id } });
  });
}
