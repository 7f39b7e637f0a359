import { type Person, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routes } from '../src/routes/index.js';
import type { Access } from '../src/routes/define.js';

type Verdict = 'passes' | 401 | 403;
const CALLERS = [
  'nobody',
  'garbage',
  'user',
  'admin',
  'wrong service token',
  'service',
  'service as bearer',
  'service acting for a user',
  'API key',
] as const;
type Caller = (typeof CALLERS)[number];

/** What each kind of access means for each kind of caller: the table a reviewer reads. */
const VERDICTS: Record<Access['kind'], Record<Caller, Verdict>> = {
  open: {
    nobody: 'passes',
    garbage: 'passes',
    user: 'passes',
    admin: 'passes',
    'wrong service token': 'passes',
    service: 'passes',
    'service as bearer': 'passes',
    'service acting for a user': 'passes',
    'API key': 'passes',
  },
  optional: {
    nobody: 'passes',
    garbage: 401,
    user: 'passes',
    admin: 'passes',
    'wrong service token': 401,
    service: 'passes',
    'service as bearer': 'passes',
    'service acting for a user': 'passes',
    'API key': 403,
  },
  user: {
    nobody: 401,
    garbage: 401,
    user: 'passes',
    admin: 'passes',
    'wrong service token': 401,
    service: 'passes',
    'service as bearer': 'passes',
    'service acting for a user': 'passes',
    'API key': 403,
  },
  admin: {
    nobody: 401,
    garbage: 401,
    user: 403,
    admin: 'passes',
    'wrong service token': 401,
    service: 'passes',
    'service as bearer': 'passes',
    'service acting for a user': 'passes',
    'API key': 403,
  },
  service: {
    nobody: 401,
    garbage: 401,
    user: 403,
    admin: 403,
    'wrong service token': 401,
    service: 'passes',
    'service as bearer': 'passes',
    'service acting for a user': 'passes',
    'API key': 403,
  },
};

let skep: Skep;
let user: Person;
let headers: Record<Caller, Record<string, string>>;

beforeAll(async () => {
  skep = await startSkep();
  user = await skep.person();
  const admin = await skep.admin();
  const key = await skep.http('POST', '/v1/keys', { token: user.access, body: { name: 'matrix' } });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  headers = {
    nobody: {},
    garbage: bearer(`${user.access.slice(0, -4)}AAAA`),
    user: bearer(user.access),
    admin: bearer(admin.access),
    'wrong service token': { 'x-service-token': 'wrong' },
    service: { 'x-service-token': skep.serviceToken },
    'service as bearer': bearer(skep.serviceToken),
    'service acting for a user': { 'x-service-token': skep.serviceToken, 'x-acting-user': user.id },
    'API key': { 'x-api-key': String(key.json['key']) },
  };
}, 60_000);
afterAll(() => skep?.close());

describe.each(routes.map((route) => ({ ...route, line: `${route.method} ${route.path}` })))('$line', ({ method, path, access }) => {
  it.each(CALLERS)('is decided for: %s', async (caller) => {
    const expected = caller === 'API key' && access.kind === 'user' && access.key ? 'passes' : VERDICTS[access.kind][caller];
    const { status, json, text } = await skep.http(method, path.replace(/\{\w+\}/g, 'no-such-thing'), {
      headers: headers[caller],
      ...(method !== 'GET' && { body: {} }),
    });
    expect(status).toBeLessThan(500);
    if (expected === 'passes') expect([status === 401 ? text : '', String(json?.['code']) === 'forbidden' ? text : '']).toEqual(['', '']);
    else expect([status, String(json['code'])]).toEqual([expected, expected === 401 ? 'unauthenticated' : 'forbidden']);
  });
});

describe('acting for somebody', () => {
  const call = (request: { headers?: Record<string, string>; body?: object; query?: string }) =>
    skep.http('POST', `/v1/extensions/billing/call${request.query ?? ''}`, {
      headers: request.headers ?? headers.user,
      body: { function: 'get_balance', ...request.body },
    });

  it('is refused to a user, however the other person is named', async () => {
    expect((await call({ body: { user_id: 'imp_u_other' } })).status).toBe(403);
    expect((await call({ body: { user_id: user.id, tenant_id: 'other' } })).status).toBe(403);
    expect((await call({ body: { user_id: user.id }, query: '?user_id=imp_u_other' })).status).toBe(200);
    expect((await skep.http('GET', '/v1/billing/balance?user_id=imp_u_other', { headers: headers.user })).status).toBe(403);
    const acting = await skep.http('GET', '/v1/auth/me', { headers: { ...headers.user, 'x-acting-user': 'imp_u_other' } });
    expect(String(acting.json['imperal_id'])).toBe(user.id);
  });

  it('lets a service name the person by header, body or query', async () => {
    const me = async (more: Record<string, string>, query = '') =>
      skep.http('GET', `/v1/auth/me${query}`, { headers: { ...headers.service, ...more } });
    expect(String((await me({ 'x-acting-user': user.id })).json['imperal_id'])).toBe(user.id);
    expect(String((await me({}, `?user_id=${user.id}`)).json['imperal_id'])).toBe(user.id);
    expect((await call({ headers: headers.service, body: { user_id: user.id } })).status).toBe(200);
    expect((await me({ 'x-acting-user': 'imp_u_nobody' })).status).toBe(404);
  });
});
