import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { publishTestKey, signToken } from './mcp-token.js';
import { publishPaidApp } from './paid-app.js';

let skep: Skep;
let bob: TestUser;
let ada: TestUser;
let key: string;

const DISCOVER = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} } },
};
const REVISION = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
const discover = (headers: Record<string, string>, path = '/mcp') =>
  skep.http('POST', path, { headers: { ...REVISION, ...headers }, body: DISCOVER });
const withToken = (token: string, path?: string) => discover({ authorization: `Bearer ${token}` }, path);
const tokenFor = (claims: object, typ?: string) => signToken(bob, { iss: skep.url, aud: `${skep.url}/mcp`, ...claims }, typ);

beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, 5));
  key = String((await skep.http('POST', '/v1/keys', { token: bob.access, body: { name: 'mcp' } })).json['key']);
  await publishTestKey(skep);
  await waitUntil('the key of the tests', async () => (await withToken(tokenFor({}))).status === 200, 10_000);
});
afterAll(() => skep?.close());

describe('an MCP access token', () => {
  it('works at the address that it is for, and one for all apps also at those of single apps', async () => {
    const ofApp = tokenFor({ aud: `${skep.url}/mcp/link-saver` });
    expect((await withToken(tokenFor({}), '/mcp/link-saver')).status).toBe(200);
    expect((await withToken(ofApp, '/mcp/link-saver')).status).toBe(200);
    expect((await withToken(ofApp)).status).toBe(401);
    expect((await withToken(ofApp, '/mcp/notes')).status).toBe(401);
  });

  it('is refused if another audience, issuer, type or time is in it', async () => {
    const wrong: [object, string?][] = [
      [{ aud: 'https://other.example/mcp' }],
      [{ aud: [`${skep.url}/mcp`] }],
      [{ aud: undefined }],
      [{ iss: 'https://other.example' }],
      [{ iss: undefined }],
      [{ exp: 1 }],
      [{}, 'JWT'],
    ];
    for (const [claims, typ] of wrong) expect([claims, (await withToken(tokenFor(claims, typ))).status]).toEqual([claims, 401]);
  });

  it('is refused everywhere else', async () => {
    const me = (token: string) => skep.http('GET', '/v1/auth/me', { token });
    expect((await me(signToken(bob, {}, 'JWT'))).status).toBe(200);
    for (const token of [tokenFor({}), tokenFor({}, 'JWT'), tokenFor({ aud: undefined })]) {
      expect((await me(token)).status).toBe(401);
      expect((await skep.http('GET', `/v1/events/stream?token=${token}`, {})).status).toBe(401);
    }
  });

  it('needs the scope, and says so', async () => {
    const { status, headers } = await withToken(tokenFor({ scopes: ['extensions:call'] }));
    expect([status, headers.get('www-authenticate')]).toEqual([403, expect.stringContaining('error="insufficient_scope"')]);
  });

  it('ends with its session', async () => {
    const token = signToken(ada, { iss: skep.url, aud: `${skep.url}/mcp` });
    expect((await withToken(token)).status).toBe(200);
    await skep.http('POST', '/v1/auth/logout', { body: { refresh_token: ada.refresh } });
    await waitUntil('the end of the session', async () => (await withToken(token)).status === 401);
  });
});

describe('other credentials', () => {
  it('are API keys in either header; a session token is none', async () => {
    expect((await discover({ 'x-api-key': key })).status).toBe(200);
    expect((await discover({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await discover({ 'x-api-key': 'wrong' })).status).toBe(401);
    expect((await withToken(bob.access)).status).toBe(401);
    expect((await discover({ 'x-service-token': skep.serviceToken, 'x-acting-user': bob.id })).status).toBe(401);
  });

  it('that lack get a challenge that names where to get one', async () => {
    const challenge = async (headers: Record<string, string>, path: string) =>
      (await discover(headers, path)).headers.get('www-authenticate');
    const metadata = `resource_metadata="${skep.url}/.well-known/oauth-protected-resource/mcp`;
    expect(await challenge({}, '/mcp')).toBe(`Bearer ${metadata}", scope="mcp:tools"`);
    expect(await challenge({ authorization: `Bearer ${bob.access}` }, '/mcp/link-saver')).toBe(
      `Bearer error="invalid_token", ${metadata}/link-saver", scope="mcp:tools"`,
    );
  });
});

describe('a request of another site', () => {
  it('is refused by its Origin', async () => {
    for (const [origin, status] of [
      [skep.url, 200],
      ['https://evil.example', 403],
      ['null', 403],
      [skep.url.replace('127.0.0.1', 'localhost'), 403],
    ] as const)
      expect([origin, (await discover({ 'x-api-key': key, origin })).status]).toEqual([origin, status]);
  });

  it('is refused by its Host', async () => {
    const statusOf = (host: string) =>
      new Promise((resolve, reject) => {
        const headers = { host, 'x-api-key': key, 'content-type': 'application/json', ...REVISION };
        const sent = request(`${skep.url}/mcp`, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode));
        sent.on('error', reject).end(JSON.stringify(DISCOVER));
      });
    expect(await statusOf('evil.example')).toBe(403);
    expect(await statusOf(new URL(skep.url).host)).toBe(200);
  });
});

describe('what is no request', () => {
  it('gets a JSON-RPC error, also where it is no message', async () => {
    const raw = async (body: string) => {
      const { status, json } = await skep.http('POST', '/mcp', { headers: { 'x-api-key': key }, raw: body });
      return [status, (json['error'] as unknown as { code: number }).code];
    };
    expect(await raw('{')).toEqual([400, -32_700]);
    expect(await raw('[]')).toEqual([400, -32_600]);
    expect((await skep.http('GET', '/mcp', { headers: { 'x-api-key': key } })).status).toBe(405);
    expect((await discover({ 'x-api-key': key }, '/mcp/notes')).json).toMatchObject({ error: { data: { code: 'not_found' } } });
  });
});
