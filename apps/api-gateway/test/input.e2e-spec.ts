import { type Answer, type Json, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let skep: Skep;
let admin: TestUser;
let mine: string;
let other: string;

const send = (method: string, path: string, request: object = {}) => skep.http(method, path, { token: admin.access, ...request });
const createRole = async (name: string) =>
  String((await send('POST', '/v1/roles', { body: { name, display_name: name, default_scopes: [] } })).json['id']);
const displayNameOf = async (id: string) => {
  const { rows } = await send('GET', '/v1/roles');
  return String(rows.find((role: Json) => String(role['id']) === id)?.['display_name']);
};
const placesIn = ({ status, json }: Answer) => [
  status,
  ...(json['detail'] as unknown as { loc: unknown[] }[]).map(({ loc }) => loc.join('.')),
];

beforeAll(async () => {
  skep = await startSkep({ gateway: new URL('../src/main.js', import.meta.url) });
  admin = await skep.signInAdmin();
  mine = await createRole('mine');
  other = await createRole('other');
});
afterAll(() => skep?.close());

describe('a field of the path', () => {
  it('cannot be replaced in the body or in the query', async () => {
    const answer = await send('PATCH', `/v1/roles/${mine}?role_id=${other}`, { body: { role_id: other, display_name: 'Changed' } });
    expect(answer.status).toBe(200);
    expect([await displayNameOf(mine), await displayNameOf(other)]).toEqual(['Changed', 'other']);
  });
});

describe('a field of the body', () => {
  it('is not read from the query', async () => {
    expect(placesIn(await send('POST', '/v1/keys?name=from-query', { body: {} }))).toEqual([422, 'body.name']);
    expect((await send('PATCH', `/v1/roles/${other}?display_name=from-query`, { body: {} })).status).toBe(200);
    expect(await displayNameOf(other)).toBe('other');
  });

  it('can be sent with DELETE, where the route says so', async () => {
    const remove = (query: string, body?: object) => send('DELETE', `/v1/developer/apps/some-app${query}`, body && { body });
    expect(placesIn(await remove('?confirm_name=some-app'))).toEqual([422, 'body.confirm_name']);
    expect((await remove('', { confirm_name: 'some-app' })).status).toBe(404);
  });
});

describe('a field of the query', () => {
  it('is not read from the body', async () => {
    expect(placesIn(await send('PATCH', `/v1/roles/${mine}`, { body: { cascade: true } }))).toEqual([422, 'body.cascade']);
    const { status, json } = await send('DELETE', `/v1/users/${(await skep.signUpUser()).id}`, { body: { permanent: true } });
    expect([status, json['permanent']]).toEqual([200, false]);
  });
});

describe('the acting user of a service', () => {
  it('can be named in the query of a route that has user_id in its body', async () => {
    const headers = { 'x-service-token': skep.serviceToken };
    const answer = await skep.http('POST', `/v1/extensions/billing/call?user_id=${admin.id}`, {
      headers,
      body: { function: 'get_balance' },
    });
    expect([answer.status, answer.json['status']]).toEqual([200, 'success']);
  });
});

describe('a fault', () => {
  it.each([
    ['path', 'GET', '/v1/developer/apps/A%20B', {}, 'path.app_id'],
    ['query', 'GET', '/v1/audit?from=yesterday', {}, 'query.from'],
    ['query of a PATCH', 'PATCH', '/v1/roles/no-such-role?cascade=perhaps', { body: {} }, 'query.cascade'],
    ['body', 'POST', '/v1/keys', { body: { name: 1 } }, 'body.name'],
    ['body, also if the path has a field of that name', 'PATCH', '/v1/roles/no-such-role', { body: { role_id: 'x' } }, 'body.role_id'],
    ['header', 'POST', '/v1/keys', { body: { name: 'a' }, headers: { 'idempotency-key': 'k'.repeat(256) } }, 'header.Idempotency-Key'],
  ])('in the %s names the place', async (_, method, path, request, place) => {
    expect(placesIn(await send(method, path, request))).toEqual([422, place]);
  });
});
