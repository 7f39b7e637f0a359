import { type Answer, type Json, type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloud } from '../src/apis/cloud/index.js';
import { isServerError } from './server-error.js';

const { routes } = cloud;

let skep: Skep;
let ada: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const assertProblem = (answer: Answer, status: number) => {
  expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(/^\{"detail"/)]);
  expect(answer.json).toMatchObject({
    status,
    code: expect.any(String),
    title: expect.any(String),
    type: expect.any(String),
    instance: expect.any(String),
  });
  expect(answer.text).not.toMatch(/node_modules|at .*\.js:\d+|Error:/);
  return answer.json;
};
const locations = (json: Json) => (json['detail'] as unknown as { loc: unknown[] }[]).map(({ loc }) => loc.join('.'));
const login = (request: object) => skep.http('POST', '/v1/auth/login', request);

describe('a bad request', () => {
  it.each([
    ['malformed JSON', { raw: '{"email":' }],
    ['a list instead of an object', { raw: '[]' }],
    ['null', { raw: 'null' }],
    ['invalid UTF-8', { raw: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }],
    ['__proto__', { raw: '{"__proto__":{"x":1}}' }],
    ['five thousand nested lists', { raw: `{"email":${'['.repeat(5000)}${']'.repeat(5000)}}` }],
  ])('with %s is 422 at the body', async (_, request) => {
    expect(locations(assertProblem(await login(request), 422))).toEqual(['body']);
  });

  it('with wrong types names each field', async () => {
    const { json } = await login({ body: { email: 1, password: ['x'], tenant_id: {} } });
    expect(locations(json).sort()).toEqual(['body.email', 'body.password', 'body.tenant_id']);
  });

  it('with unknown fields is accepted without them', async () => {
    assertProblem(await login({ body: { email: ada.email, password: 'wrong password', surprise: { deep: [1, 2] } } }), 401);
  });

  it('of two megabytes is 413', async () => {
    assertProblem(await login({ raw: `{"email":"${'a'.repeat(2 << 20)}"}` }), 413);
  });

  it('in another format is 415', async () => {
    assertProblem(
      await skep.http('POST', '/v1/auth/login', { raw: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      415,
    );
  });

  it('with NUL in a string is 422 at the field', async () => {
    const { json } = await login({ raw: `{"email":"a@example.com","password":"a\\u0000b"}` });
    expect(locations(json)).toEqual(['body.password']);
    const half = await skep.http('PUT', '/v1/developer/apps/some-app', { token: ada.access, raw: '{"name":"\\ud800"}' });
    expect(locations(assertProblem(half, 422))).toEqual(['body.name']);
    expect(locations(assertProblem(await skep.http('GET', '/v1/marketplace/apps?search=a%00b'), 422))).toEqual(['query.search']);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=NaN',
    'limit=99999999999999999999',
    'limit=1&limit=2',
    'page=0',
    'per_page=51',
    'sort=evil',
    'limit=',
    'limit=%27',
  ])('with the query %s is 422 at the parameter', async (query) => {
    const [field] = query.split('=');
    expect(locations(assertProblem(await skep.http('GET', `/v1/marketplace/apps?${query}`), 422))).toEqual([`query.${field}`]);
  });

  it.each(['..%2f..%2fetc%2fpasswd', '%00', "a'%3b--", 'A', '%2e%2e', 'x'.repeat(65), '%F0%9F%98%80'])(
    'with the app id %s is 404 or 422',
    async (id) => {
      const answer = await skep.http('GET', `/v1/developer/apps/${id}`, { token: ada.access });
      expect([404, 422]).toContain(answer.status);
      assertProblem(answer, answer.status);
    },
  );

  it('to an invalid URL is 400, to an unknown path 404, with a wrong method 405', async () => {
    assertProblem(await skep.http('GET', '/v1/%E0%A4%A'), 400);
    assertProblem(await skep.http('GET', '/v1/nothing/here'), 404);
    const wrong = await skep.http('DELETE', '/v1/billing/balance');
    assertProblem(wrong, 405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
    assertProblem(await skep.http('QUERY', '/v1/billing/balance'), 405);
    assertProblem(await skep.http('GET', `/v1/developer/apps/${'x'.repeat(5000)}`, { token: ada.access }), 422);
  });

  it.each(['Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a.b.c', `Bearer ${'x'.repeat(4000)}`, 'Bearer eyJhbGciOiJub25lIn0.e30.'])(
    'with the credential %s is 401',
    async (authorization) => {
      assertProblem(await skep.http('GET', '/v1/auth/me', { headers: { authorization } }), 401);
    },
  );

  it('with an empty X-Tenant-Id or X-Acting-User is handled like one without it', async () => {
    const headers = { 'x-service-token': skep.serviceToken, 'x-tenant-id': '', 'x-acting-user': '' };
    const { status, json } = await skep.http('POST', '/v1/scopes', { headers, body: { resource: 'cases', action: 'read' } });
    expect([status, json['tenant_id'] ?? 'default']).toEqual([201, 'default']);
  });

  it('with an empty service token is 401, with an Idempotency-Key of 256 characters 422', async () => {
    assertProblem(await skep.http('GET', '/v1/events/stats', { headers: { 'x-service-token': '' } }), 401);
    const long = { 'idempotency-key': 'k'.repeat(256) };
    const answer = await skep.http('POST', '/v1/developer/register', { token: ada.access, headers: long, body: { display_name: 'Ada' } });
    expect(locations(assertProblem(answer, 422))).toEqual(['header.Idempotency-Key']);
  });

  it('never causes a server error, on any route', async () => {
    const admin = await skep.signInAdmin();
    const bodies = [
      '{}',
      '{"user_id":{},"limit":"x"}',
      `{"user_id":"${admin.id}","app_id":null,"function":[],"params":"x","calls":[null]}`,
      '{"a":"\\u0000"}',
      '[1]',
    ];
    for (const { method, path, access } of routes) {
      if (path.endsWith('/logout')) continue;
      for (const raw of bodies) {
        const headers: Record<string, string> =
          access.kind === 'service' ? { 'x-service-token': skep.serviceToken } : { authorization: `Bearer ${admin.access}` };
        const url = path.replace(/\{\w+\}/g, encodeURIComponent("%00'/../"));
        const answer = await skep.http(method, url, { headers, ...(method !== 'GET' && { raw }) });
        expect([method, path, raw, isServerError(answer) && answer.text]).toEqual([method, path, raw, false]);
      }
    }
  });
});

describe('every response', () => {
  it('carries security headers and its request id', async () => {
    const { headers } = await skep.http('GET', '/healthz', { headers: { 'x-request-id': 'my-request.1' } });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-request-id': 'my-request.1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });
});
