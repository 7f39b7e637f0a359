import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { updatableFields } from '../src/http/updatable-fields.js';
import { cloud } from '../src/apis/cloud/index.js';

const { routes } = cloud;

let skep: Skep;
let admin: TestUser;
beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('../src/main.js', import.meta.url) });
  admin = await skep.signInAdmin();
});
afterAll(() => skep?.close());

const updates = routes.filter((route) => route.method === 'PATCH' || route.method === 'PUT');
const update = (method: string, path: string, body: object) => {
  const credential = path.includes('/internal/') ? { headers: { 'x-service-token': skep.serviceToken } } : { token: admin.access };
  return skep.http(method, path.replace(/\{\w+\}/g, 'default'), { ...credential, body });
};

describe('an update with unknown fields only', () => {
  it.each(updates.filter((route) => updatableFields(route)).map(({ method, path, operation }) => [`${method} ${path}`, operation.name]))(
    'is 422 for %s, with the unknown and the updatable fields',
    async (route) => {
      const { method, path, ...rest } = updates.find((other) => `${other.method} ${other.path}` === route)!;
      const answer = await update(method, path, { no_such_field: 1 });
      expect(answer.status).toBe(422);
      expect(answer.json['detail']).toEqual([
        {
          loc: ['body', 'no_such_field'],
          msg: expect.stringContaining(updatableFields({ method, path, ...rest })!.join(', ')),
          type: 'extra_forbidden',
        },
      ]);
    },
  );

  it('is 422 for every other update too, for a missing field', async () => {
    const others = updates.filter(
      (route) => !updatableFields(route) && !['setDefaultPaymentMethod', 'receiveAppWebhook'].includes(route.operation.name),
    );
    expect(others.length).toBeGreaterThan(2);
    for (const { method, path } of others) expect([path, (await update(method, path, { no_such_field: 1 })).status]).toEqual([path, 422]);
  });

  it('is 422 for the status of a tenant, and names is_active', async () => {
    const { status, text } = await update('PATCH', '/v1/tenants/{tenant_id}', { status: 'suspended' });
    expect([status, text]).toEqual([422, expect.stringMatching(/status is not a field that this update can change.*is_active/)]);
  });
});

it('an update may contain unknown fields in addition to a known one, or no field', async () => {
  const { json: before } = await skep.http('GET', '/v1/tenants/default', { token: admin.access });
  const renamed = await update('PATCH', '/v1/tenants/{tenant_id}', { name: 'Renamed', status: 'new' });
  expect([renamed.status, renamed.json['name']]).toEqual([200, 'Renamed']);
  const same = await update('PATCH', '/v1/tenants/{tenant_id}', {});
  expect([same.status, same.json['name']]).toEqual([200, 'Renamed']);
  expect((await update('PATCH', '/v1/tenants/{tenant_id}', { tenant_id: 'default', name: before['name'] })).status).toBe(200);
});

it('an update of a theme may contain no unknown field, even in addition to a known one', async () => {
  const agency = { agency_id: 'closed-update', display_name: 'Closed' };
  expect((await skep.http('POST', '/v1/agencies', { token: admin.access, body: agency })).status).toBe(201);
  const paint = (body: object) => skep.http('PUT', '/v1/agencies/closed-update/theme', { token: admin.access, body });
  const { status, json } = await paint({ density: 'compact', sidebar_light: '#ffffff' });
  expect([status, json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'sidebar_light'], type: 'extra_forbidden' })]]);
  expect((await paint({ density: 'compact' })).json['density']).toBe('compact');
});
