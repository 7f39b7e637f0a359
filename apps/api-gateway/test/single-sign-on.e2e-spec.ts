import { type Json, type OpenIdProvider, type Skep, startOpenIdProvider, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';

const VERIFIER = 'a-verifier-that-is-long-enough-for-RFC-7636-1234';
const code_challenge = createHash('sha256').update(VERIFIER).digest('base64url');
const return_to = 'http://127.0.0.1:4567/signed-in?from=skep';

let skep: Skep;
let acme: OpenIdProvider;
let admin: TestUser;

beforeAll(async () => {
  acme = await startOpenIdProvider();
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' } });
  admin = await skep.signInAdmin();
  const provider = { name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example'] };
  const { status, json } = await skep.http('POST', '/v1/identity-providers', { token: admin.access, body: provider });
  expect([status, json['redirect_uri']]).toEqual([201, `${skep.url}/v1/auth/sso/callback`]);
});
afterAll(async () => {
  await skep?.close();
  await acme?.close();
});

const start = async (email: string) => (await skep.http('POST', '/v1/auth/sso/start', { body: { email, return_to, code_challenge } })).json;
/** Follows the browser to the provider and back, without following it to the client. */
async function browse(started: Json, claims: object): Promise<URLSearchParams> {
  const answer = acme.signIn(String(started['authorize_url']), claims);
  const response = await fetch(`${skep.url}/v1/auth/sso/callback?${new URLSearchParams(answer)}`, { redirect: 'manual' });
  expect([response.status, response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual([
    302,
    'no-store',
    'no-referrer',
  ]);
  const location = new URL(response.headers.get('location') ?? '');
  expect(location.origin + location.pathname).toBe('http://127.0.0.1:4567/signed-in');
  return location.searchParams;
}

it('a person signs in at their identity provider, and everything works as after a sign-in with a password', async () => {
  const params = await browse(await start('ada@acme.example'), { sub: 'ada', email: 'ada@acme.example' });
  expect(params.get('from')).toBe('skep');
  const body = { code: params.get('code'), code_verifier: VERIFIER };
  const { status, json } = await skep.http('POST', '/v1/auth/sso/token', { body });
  expect([status, json['token_type']]).toEqual([200, 'bearer']);
  const token = String(json['access_token']);
  expect((await skep.http('GET', '/v1/auth/me', { token })).json).toMatchObject({
    email: 'ada@acme.example',
    auth_method: 'sso',
    role: 'user',
  });
  expect((await skep.http('GET', '/v1/auth/identities', { token })).rows).toMatchObject([{ provider: 'Acme', email: 'ada@acme.example' }]);
  expect((await skep.http('POST', '/v1/auth/sso/token', { body })).json['code']).toBe('sign_in_expired');
});

it('the problem of an address with an account carries what links the two', async () => {
  const bob = await skep.signUpUser();
  await skep.http('PATCH', `/v1/identity-providers/${await providerId()}`, {
    token: admin.access,
    body: { domains: ['acme.example', 'example.com'] },
  });
  const signIn = async () => {
    const params = await browse(await start(bob.email), { sub: 'bob', email: bob.email });
    return skep.http('POST', '/v1/auth/sso/token', { body: { code: params.get('code'), code_verifier: VERIFIER } });
  };
  const refused = await signIn();
  expect([refused.status, refused.json['code']]).toEqual([409, 'account_exists']);
  const { link_token } = refused.json;
  expect((await skep.http('POST', '/v1/auth/identities', { token: bob.access, body: { link_token } })).status).toBe(201);
  expect((await signIn()).status).toBe(200);
});

it('who brings an answer that nobody waits for sees a page', async () => {
  const response = await fetch(`${skep.url}/v1/auth/sso/callback?state=guessed&code=1`, { headers: { accept: 'text/html' } });
  expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([400, 'text/html']);
  expect(await response.text()).toContain('Start again');
});

const providerId = async () => String((await skep.http('GET', '/v1/identity-providers', { token: admin.access })).rows[0]?.['provider_id']);
