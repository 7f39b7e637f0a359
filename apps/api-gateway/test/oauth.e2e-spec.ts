import { type Skep, startOpenIdProvider, startSkep, type TestUser, totpCode, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oauth from 'oauth4webapi';
import { ConsentPages } from './consent-pages.js';

const LOCAL = { [oauth.allowInsecureRequests]: true };
const STATE = 'a-state';

let skep: Skep;
let pages: ConsentPages;
let ada: TestUser;
let eve: TestUser;
let server: Server;
let site: string;
let documents: Record<string, (id: string) => object>;
let as: oauth.AuthorizationServer;

const clientDocument = (client_id: string) => ({
  client_id,
  client_name: 'Desk <Agent>',
  redirect_uris: [`${site}/callback`],
  token_endpoint_auth_method: 'none',
});

beforeAll(async () => {
  documents = {
    '/client.json': clientDocument,
    '/other.json': clientDocument,
    '/liar.json': () => clientDocument(`${site}/client.json`),
    '/large.json': (id) => ({ ...clientDocument(id), filler: 'x'.repeat(100_000) }),
    '/bare.json': (client_id) => ({ client_id }),
  };
  server = createServer((request, response) => {
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document?.(site + request.url) ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32', SKEP_OAUTH_DCR: 'on', SKEP_RATE_LIMITS: 'off' } });
  pages = new ConsentPages(skep.url);
  [ada, eve] = [await skep.signUpUser(), await skep.signUpUser()];
  const issuer = new URL(skep.url);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...LOCAL }));
});
afterAll(async () => {
  server?.close();
  await skep?.close();
});

const clientOf = (name = 'client'): oauth.Client => ({ client_id: `${site}/${name}.json` });
const resource = () => `${skep.url}/mcp`;

/** An authorization request, with its verifier. Undefined takes a parameter away. */
async function begin(over: Record<string, string | undefined> = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(as.authorization_endpoint!);
  const asked = {
    ...{ response_type: 'code', client_id: clientOf().client_id, redirect_uri: `${site}/callback`, scope: 'mcp:tools', state: STATE },
    ...{ resource: resource(), code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    ...over,
  };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(name, value);
  return { verifier, ...(await pages.open(url)) };
}
type Begun = Awaited<ReturnType<typeof begin>>;

const send = (...sent: Parameters<ConsentPages['send']>) => pages.send(...sent);
const signIn = (begun: Begun, who = ada) => pages.signIn(begun, who);
const decide = (...decision: Parameters<ConsentPages['decide']>) => pages.decide(...decision);

/** A whole consent. The library checks state and issuer of the response. */
async function authorize(over: Record<string, string | undefined> = {}, client = clientOf()) {
  const begun = await begin(over);
  expect((await signIn(begun)).status).toBe(200);
  const { back } = await decide(begun);
  return { ...begun, response: oauth.validateAuthResponse(as, client, back!, STATE) };
}
type Authorized = Awaited<ReturnType<typeof authorize>>;

const exchange = ({ response, verifier }: Authorized, { client = clientOf(), callback = `${site}/callback`, more = {} } = {}) =>
  oauth.authorizationCodeGrantRequest(as, client, oauth.None(), response, callback, verifier, {
    additionalParameters: { resource: resource(), ...more },
    ...LOCAL,
  });
const tokensOf = async (authorized: Authorized) => oauth.processAuthorizationCodeResponse(as, clientOf(), await exchange(authorized));
const refresh = (token: string, more: Record<string, string> = {}, client = clientOf()) =>
  oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, { additionalParameters: more, ...LOCAL });
const errorOf = async (answer: Response) => [answer.status, ((await answer.json()) as { error?: string }).error];
const introspect = async (token: string) =>
  (await skep.http('POST', '/oauth/introspect', { headers: { 'x-service-token': skep.serviceToken }, body: { token } })).json;

describe('a client with a metadata document', () => {
  it('gets tokens for the resource, and nothing else', async () => {
    const tokens = await tokensOf(await authorize());
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'mcp:tools', refresh_token: expect.stringMatching(/^rt_/) });
    const keys = createRemoteJWKSet(new URL(as.jwks_uri!));
    const { payload } = await jwtVerify(tokens.access_token, keys, { issuer: skep.url, audience: resource(), typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: ada.id, client_id: clientOf().client_id, scope: 'mcp:tools', scopes: ['mcp:tools'] });
    expect(await introspect(tokens.access_token)).toMatchObject({ active: true, aud: resource(), sub: ada.id });
  });

  it('gets a token for one app, if it asks for that', async () => {
    const one = `${resource()}/link-saver`;
    const authorized = await authorize({ resource: one });
    expect(await errorOf(await exchange(authorized))).toEqual([400, 'invalid_grant']);
    const tokens = await oauth.processAuthorizationCodeResponse(as, clientOf(), await exchange(authorized, { more: { resource: one } }));
    expect(await introspect(tokens.access_token)).toMatchObject({ active: true, aud: one });
  });

  it('is shown to the user with the host that receives the response, in a page that no one can frame', async () => {
    const begun = await begin();
    const { html, headers } = await signIn(begun);
    expect(html).toContain('Desk &lt;Agent&gt;');
    expect(html).toContain(new URL(site).host);
    expect(html).toContain('browse_apps');
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
  });

  it.each(['liar', 'large', 'bare', 'none'])('with the document %s is no client, and its address gets no browser', async (name) => {
    const { status, headers } = await begin({ client_id: clientOf(name).client_id });
    expect([status, headers.get('location')]).toEqual([400, null]);
  });
});

it('a user with a second factor is asked for it, and one of an organisation signs in there', async () => {
  const person = await skep.signUpUser();
  const post = (path: string, body: object) => skep.http('POST', path, { body, token: person.access });
  const secret = String((await post('/v1/auth/factors/totp', { password: person.password })).json['secret']);
  await post('/v1/auth/factors/totp/confirm', { code: totpCode(secret) });
  await skep.infra.query('auth-gateway', 'update totp set last_step = null where account_id = $1', [person.id]);
  const begun = await begin();
  const asked = await signIn(begun, person);
  const challenge = /name="challenge" value="([^"]+)"/.exec(asked.html)?.[1] ?? '';
  expect([asked.status, challenge === '']).toEqual([200, false]);
  const answer = (code: string) => send('sign-in', begun, { request: begun.request, challenge, options: '', passkey: '', code });
  expect((await answer(wrongCode(secret))).html).toContain('role="alert"');
  expect((await answer(totpCode(secret))).html).toContain('Allow Desk');

  const acme = await startOpenIdProvider();
  try {
    const admin = await skep.signInAdmin();
    const provider = { name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example'] };
    await skep.http('POST', '/v1/identity-providers', { token: admin.access, body: provider });
    const other = await begin();
    const left = await send('sign-in', other, { request: other.request, email: 'ada@acme.example', decision: 'organisation' });
    expect(left.back?.origin).toBe(acme.issuer);
    const callback = new URLSearchParams(acme.signIn(left.back!.href, { sub: 'ada', email: 'ada@acme.example' }));
    const returned = await fetch(`${skep.url}/v1/auth/sso/callback?${callback}`, { redirect: 'manual' });
    const page = await fetch(returned.headers.get('location')!, {
      headers: { accept: 'text/html', cookie: other.cookie, 'sec-fetch-site': 'cross-site' },
    });
    expect(await page.text()).toContain('ada@acme.example');
    const { back } = await decide(other);
    expect(oauth.validateAuthResponse(as, clientOf(), back!, STATE).get('code')).toMatch(/^ac_/);
  } finally {
    await acme.close();
  }
});

describe('a request', () => {
  it.each(['/other', '/callback#x', '/../callback'])('with the address %s stays on the page', async (path) => {
    const { status, headers } = await begin({ redirect_uri: site + path });
    expect([status, headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ resource: 'https://other.example/mcp' }, 'invalid_target'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'admin:users:write' }, 'invalid_scope'],
  ])('with %j is returned to the client as %s', async (over, error) => {
    const back = new URL((await begin(over)).headers.get('location')!).searchParams;
    expect(Object.fromEntries(back)).toEqual({ error, state: STATE, iss: skep.url });
  });

  it('with a wrong password asks again', async () => {
    const begun = await begin();
    const { status, html } = await signIn(begun, { ...ada, password: 'not the password' });
    expect([status, /role="alert"/.test(html)]).toEqual([401, true]);
    expect((await signIn(begun)).status).toBe(200);
  });
});

describe('a consent', () => {
  it('is needed: a sign-in alone gives no code, and a consent without sign-in neither', async () => {
    const begun = await begin();
    const undecided = await decide(begun);
    expect([undecided.status, undecided.back]).toEqual([400, undefined]);
    expect((await signIn(begun)).back).toBeUndefined();
  });

  it('that is denied ends the request', async () => {
    const begun = await begin();
    await signIn(begun);
    expect((await decide(begun, 'deny')).back?.searchParams.get('error')).toBe('access_denied');
    expect((await decide(begun)).status).toBe(400);
  });

  it('is of the browser that opened the page, and of no other site', async () => {
    const begun = await begin();
    await signIn(begun);
    const other = await begin();
    for (const answer of [
      await decide({ ...begun, cookie: '' }),
      await decide({ ...begun, cookie: other.cookie }),
      await decide(begun, 'allow', { 'sec-fetch-site': 'cross-site' }),
    ])
      expect([answer.status, answer.back]).toEqual([400, undefined]);
  });
});

describe('a code', () => {
  it('needs its verifier, client and address', async () => {
    const authorized = await authorize();
    for (const answer of [
      await exchange({ ...authorized, verifier: oauth.generateRandomCodeVerifier() }),
      await exchange(authorized, { client: clientOf('other') }),
      await exchange(authorized, { callback: `${site}/other` }),
      await exchange(authorized, { more: { resource: `${resource()}/link-saver` } }),
    ])
      expect(await errorOf(answer)).toEqual([400, 'invalid_grant']);
    expect((await exchange(authorized)).status).toBe(200);
  });

  it('works once; a second use ends what the first one gave', async () => {
    const authorized = await authorize();
    const tokens = await tokensOf(authorized);
    expect(await errorOf(await exchange(authorized))).toEqual([400, 'invalid_grant']);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    expect(await errorOf(await refresh(tokens.refresh_token!))).toEqual([400, 'invalid_grant']);
  });
});

describe('a refresh token', () => {
  it('rotates, for its client, resource and scope only', async () => {
    const { refresh_token } = await tokensOf(await authorize());
    expect(await errorOf(await refresh(refresh_token!, {}, clientOf('other')))).toEqual([400, 'invalid_grant']);
    expect(await errorOf(await refresh(refresh_token!, { resource: 'https://other.example' }))).toEqual([400, 'invalid_grant']);
    expect(await errorOf(await refresh(refresh_token!, { scope: 'mcp:tools admin:users:write' }))).toEqual([400, 'invalid_scope']);
    const next = await oauth.processRefreshTokenResponse(as, clientOf(), await refresh(refresh_token!));
    expect(next.refresh_token).not.toBe(refresh_token);
    expect(await introspect(next.access_token)).toMatchObject({ active: true, aud: resource() });
  });

  it('gives no session of the user, and that of a session no token of a client', async () => {
    const { refresh_token } = await tokensOf(await authorize());
    expect((await skep.http('POST', '/v1/auth/refresh', { body: { refresh_token } })).status).toBe(401);
    const own = await skep.http('POST', '/v1/auth/login', { body: { email: ada.email, password: ada.password } });
    expect(await errorOf(await refresh(String(own.json['refresh_token'])))).toEqual([400, 'invalid_grant']);
  });

  it('that an older one replaced ends the family when the older one comes again', async () => {
    const first = await tokensOf(await authorize());
    const second = await oauth.processRefreshTokenResponse(as, clientOf(), await refresh(first.refresh_token!));
    const third = await oauth.processRefreshTokenResponse(as, clientOf(), await refresh(second.refresh_token!));
    expect(await errorOf(await refresh(first.refresh_token!))).toEqual([400, 'invalid_grant']);
    expect(await introspect(third.access_token)).toEqual({ active: false });
  });
});

describe('a session of a client', () => {
  const list = async ({ access }: TestUser) =>
    (await skep.http('GET', '/v1/auth/sessions', { token: access })).json['sessions'] as unknown as {
      client_id: string;
      session_id: string;
    }[];

  it('is listed with the name of the client, and revoked by its user alone', async () => {
    const { access_token } = await tokensOf(await authorize());
    const { sid } = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as { sid: string };
    const mine = (await list(ada)).find(({ session_id }) => session_id === sid);
    expect(mine).toMatchObject({ label: 'Desk <Agent>', client_id: clientOf().client_id });
    const revoke = (user: TestUser) => skep.http('POST', `/v1/auth/sessions/${sid}/revoke`, { token: user.access, body: {} });
    expect((await revoke(eve)).status).toBe(404);
    expect((await revoke(ada)).status).toBe(200);
    expect(await introspect(access_token)).toEqual({ active: false });
  });

  it('is ended by its client, and by no other one', async () => {
    const { access_token, refresh_token } = await tokensOf(await authorize());
    const revoke = async (token: string, client: oauth.Client) =>
      oauth.processRevocationResponse(await oauth.revocationRequest(as, client, oauth.None(), token, LOCAL));
    await revoke(access_token, clientOf('other'));
    expect(await introspect(access_token)).toMatchObject({ active: true });
    await revoke(refresh_token!, clientOf());
    expect(await introspect(access_token)).toEqual({ active: false });
  });
});

describe('a client that registers itself', () => {
  it('gets tokens', async () => {
    const body = { client_name: 'Old Agent', redirect_uris: [`${site}/callback`] };
    const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, body, LOCAL));
    const authorized = await authorize({ client_id: client.client_id }, client);
    expect((await exchange(authorized, { client })).status).toBe(200);
    const { status } = await begin({ client_id: `${client.client_id.slice(0, -4)}AAAA` });
    expect(status).toBe(400);
  });

  it.each([[[]], [['http://evil.example/callback']], [['javascript:alert(1)']], [['https://client.example/#x']]])(
    'with the addresses %j is refused',
    async (redirect_uris) => {
      const { status, json } = await skep.http('POST', '/oauth/register', { body: { redirect_uris } });
      expect([status, json['error']]).toEqual([400, 'invalid_redirect_uri']);
    },
  );
});
