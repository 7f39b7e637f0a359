import { type Answer, type OpenIdProvider, type Skep, startOpenIdProvider, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let skep: Skep;
let acme: OpenIdProvider;
let admin: TestUser;
let key: string;

beforeAll(async () => {
  acme = await startOpenIdProvider();
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' } });
  admin = await skep.signInAdmin();
  key = String((await skep.http('POST', '/v1/keys', { token: admin.access, body: { name: 'provisioning' } })).json['key']);
  const group_roles = [{ group: 'engineering', role: 'developer' }];
  const provider = { name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example', 'new.example'], group_roles };
  expect((await skep.http('POST', '/v1/identity-providers', { token: admin.access, body: provider })).status).toBe(201);
});
afterAll(async () => {
  await skep?.close();
  await acme?.close();
});

const scim = (method: string, path: string, body?: object, token = key): Promise<Answer> =>
  skep.http(method, `/scim/v2${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/scim+json' }) },
    ...(body && { raw: JSON.stringify(body) }),
  });
const newAddress = () => `${randomBytes(6).toString('hex')}@acme.example`;
const person = (more = {}) => ({
  schemas: [USER],
  userName: newAddress(),
  name: { givenName: 'Ada', familyName: 'Byron' },
  active: true,
  ...more,
});
const provision = async (more = {}) => (await scim('POST', '/Users', person(more))).json;
const patch = (path: string, ...Operations: object[]) => scim('PATCH', path, { schemas: [PATCH], Operations });
const roleOf = async (id: unknown) => (await skep.http('GET', `/v1/users/${String(id)}`, { token: admin.access })).json['role'];
const errorOf = ({ status, json }: Answer) => [status, json['status'], json['scimType']];

describe('a provisioned person', () => {
  it('has an account without a password, which a provider finds by userName', async () => {
    const { status, headers, json } = await scim('POST', '/Users', person({ userName: 'Ada.Byron@Acme.example', externalId: 'ext-1' }));
    expect([status, headers.get('content-type')]).toEqual([201, 'application/scim+json; charset=utf-8']);
    expect(json).toMatchObject({
      ...{ schemas: [USER], userName: 'ada.byron@acme.example', externalId: 'ext-1', active: true },
      ...{ name: { givenName: 'Ada', familyName: 'Byron' }, emails: [{ value: 'ada.byron@acme.example' }] },
      meta: { resourceType: 'User', location: `${skep.url}/scim/v2/Users/${String(json['id'])}` },
    });
    for (const filter of ['userName eq "ADA.byron@acme.example"', 'externalId eq "ext-1"', `id eq "${String(json['id'])}"`]) {
      const found = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(found.json).toMatchObject({ totalResults: 1, itemsPerPage: 1, startIndex: 1, Resources: [json] });
    }
    expect((await scim('GET', `/Users/${String(json['id'])}`)).json).toEqual(json);
    expect((await skep.http('GET', `/v1/users/${String(json['id'])}`, { token: admin.access })).json).toMatchObject({
      auth_method: 'sso',
      role: 'user',
    });
    expect(errorOf(await scim('POST', '/Users', person({ userName: 'ada.byron@acme.example' })))).toEqual([409, '409', 'uniqueness']);
  });

  it.each([
    ['as Entra ID says', { op: 'Replace', path: 'active', value: 'False' }],
    ['as Okta says', { op: 'replace', value: { active: false } }],
  ])('is signed out when they are made inactive (%s), and comes back', async (_, operation) => {
    const { id } = await provision();
    const off = await patch(`/Users/${String(id)}`, operation);
    expect([off.status, off.json['active']]).toEqual([200, false]);
    expect((await skep.http('GET', `/v1/users/${String(id)}`, { token: admin.access })).json['is_active']).toBe(false);
    expect((await patch(`/Users/${String(id)}`, { op: 'replace', path: 'active', value: true })).json['active']).toBe(true);
  });

  it('is changed in part and whole, whatever else a provider sends', async () => {
    const { id } = await provision();
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
    const changed = await patch(
      `/Users/${String(id)}`,
      { op: 'Add', path: 'name.givenName', value: 'Augusta' },
      { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      { op: 'Add', path: enterprise, value: 'Engines' },
      { op: 'Replace', path: 'userName', value: 'augusta@new.example' },
    );
    expect(changed.json).toMatchObject({ userName: 'augusta@new.example', name: { givenName: 'Augusta', familyName: 'Byron' } });
    const whole = await scim('PUT', `/Users/${String(id)}`, person({ userName: 'augusta@new.example', name: { familyName: 'King' } }));
    expect(whole.json['name']).toEqual({ familyName: 'King' });
    expect(errorOf(await patch(`/Users/${String(id)}`, { op: 'replace', path: 'nonsense', value: 1 }))).toEqual([
      400,
      '400',
      'invalidValue',
    ]);
    expect(errorOf(await patch(`/Users/${String(id)}`, { op: 'remove', path: 'userName' }))).toEqual([400, '400', 'invalidValue']);
    const other = await provision();
    expect(errorOf(await patch(`/Users/${String(id)}`, { op: 'replace', path: 'userName', value: other['userName'] }))).toEqual([
      409,
      '409',
      'uniqueness',
    ]);
  });

  it('that is removed is not found, and is the same person when they are provisioned again', async () => {
    const { id, userName } = await provision();
    const removed = await scim('DELETE', `/Users/${String(id)}`);
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect(errorOf(await scim('GET', `/Users/${String(id)}`))).toEqual([404, '404', undefined]);
    expect((await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${String(userName)}"`)}`)).json['totalResults']).toBe(0);
    expect(await provision({ userName })).toMatchObject({ id, active: true });
  });

  it('needs a domain with an identity provider, and no account with a password', async () => {
    expect(errorOf(await scim('POST', '/Users', person({ userName: 'ada@elsewhere.example' })))).toEqual([400, '400', 'invalidValue']);
    expect(errorOf(await scim('POST', '/Users', person({ userName: 'nonsense' })))).toEqual([400, '400', 'invalidValue']);
    expect((await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${admin.email}"`)}`)).json['totalResults']).toBe(0);
    expect(errorOf(await scim('GET', `/Users/${admin.id}`))).toEqual([404, '404', undefined]);
    expect(errorOf(await patch(`/Users/${admin.id}`, { op: 'replace', path: 'active', value: false }))).toEqual([404, '404', undefined]);
  });
});

describe('a provisioned group', () => {
  it('gives its members the role of the provider, and takes it away', async () => {
    const [ada, bob] = [await provision(), await provision()];
    const made = await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'engineering', members: [{ value: ada['id'] }] });
    expect([made.status, made.json['members']]).toEqual([201, [{ value: ada['id'] }]]);
    const path = `/Groups/${String(made.json['id'])}`;
    expect([await roleOf(ada['id']), await roleOf(bob['id'])]).toEqual(['developer', 'user']);
    await patch(path, { op: 'Add', path: 'members', value: [{ value: bob['id'] }] });
    expect(await roleOf(bob['id'])).toBe('developer');
    await patch(path, { op: 'Remove', path: 'members', value: [{ value: ada['id'] }] });
    expect(await roleOf(ada['id'])).toBe('user');
    await patch(
      path,
      { op: 'remove', path: `members[value eq "${String(bob['id'])}"]` },
      { op: 'add', path: 'members', value: [{ value: ada['id'] }] },
    );
    expect([await roleOf(ada['id']), await roleOf(bob['id'])]).toEqual(['developer', 'user']);
    await patch(path, { op: 'replace', value: { displayName: 'sales' } });
    expect(await roleOf(ada['id'])).toBe('user');
    await scim('PUT', path, { schemas: [GROUP], displayName: 'engineering', members: [{ value: ada['id'] }] });
    expect(await roleOf(ada['id'])).toBe('developer');
    expect((await scim('DELETE', path)).status).toBe(204);
    expect(await roleOf(ada['id'])).toBe('user');
    expect(errorOf(await scim('GET', path))).toEqual([404, '404', undefined]);
  });

  it('has one name, and members that exist', async () => {
    const body = { schemas: [GROUP], displayName: 'twice', members: [] };
    expect((await scim('POST', '/Groups', body)).status).toBe(201);
    expect(errorOf(await scim('POST', '/Groups', body))).toEqual([409, '409', 'uniqueness']);
    const unknown = await scim('POST', '/Groups', { ...body, displayName: 'unknown', members: [{ value: admin.id }] });
    expect(errorOf(unknown)).toEqual([400, '400', 'invalidValue']);
    expect(String(unknown.json['detail'])).toContain('members.0.value');
    const found = await scim('GET', `/Groups?filter=${encodeURIComponent('displayName eq "twice"')}&excludedAttributes=members`);
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'twice' }] });
  });
});

describe('the service', () => {
  it('describes itself', async () => {
    expect((await scim('GET', '/ServiceProviderConfig')).json).toMatchObject({ patch: { supported: true }, bulk: { supported: false } });
    expect((await scim('GET', '/ResourceTypes')).json['Resources']).toMatchObject([{ endpoint: '/Users' }, { endpoint: '/Groups' }]);
    expect((await scim('GET', '/Schemas')).json).toMatchObject({ totalResults: 2, Resources: [{ id: USER }, { id: GROUP }] });
  });

  it('lists page by page', async () => {
    const path = (startIndex: number) => `/Users?startIndex=${startIndex}&count=1`;
    const [first, second] = [await scim('GET', path(1)), await scim('GET', path(2))];
    expect(first.json).toMatchObject({ itemsPerPage: 1, startIndex: 1 });
    expect(second.json).toMatchObject({ itemsPerPage: 1, startIndex: 2 });
    expect(second.json['Resources']).not.toEqual(first.json['Resources']);
  });

  it.each(['userName co "a"', 'userName eq "a" or userName eq "b"', 'nonsense', 'title eq "a"', 'not (userName eq "a")'])(
    'refuses the filter %s',
    async (filter) => {
      expect(errorOf(await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`))).toEqual([400, '400', 'invalidFilter']);
    },
  );

  it('is for administrators of the tenant, and its errors are those of SCIM', async () => {
    const user = await skep.signUpUser();
    const own = await skep.http('POST', '/v1/keys', { token: user.access, body: { name: 'mine' } });
    expect(errorOf(await scim('GET', '/Users', undefined, String(own.json['key'])))).toEqual([403, '403', undefined]);
    expect(errorOf(await scim('GET', '/Users', undefined, 'imp_live_nonsense'))).toEqual([401, '401', undefined]);
    const unknown = await scim('GET', '/Nonsense');
    expect([unknown.status, unknown.json['schemas']]).toEqual([404, ['urn:ietf:params:scim:api:messages:2.0:Error']]);
  });
});
