import { auth, type Authorize, type IssueTokens, type SignInToAuthorize } from '@skep/contracts/auth';
import { codeOf, type OpenIdProvider, startOpenIdProvider } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type AuthHarness, claimsOf, PASSWORD, someone, startAuth } from './auth.js';

const BROWSER = 'b'.repeat(43);
const VERIFIER = 'v'.repeat(50);
const redirect_uri = 'https://client.example/callback';
const code_challenge = createHash('sha256').update(VERIFIER).digest('base64url');

let harness: AuthHarness;
let acme: OpenIdProvider;
let client_id: string;
let ada: Awaited<ReturnType<AuthHarness['newcomer']>>;

beforeAll(async () => {
  acme = await startOpenIdProvider();
  harness = await startAuth({
    ...{ SKEP_OAUTH_DCR: 'on', SKEP_OAUTH_CODE_SECONDS: '2', SKEP_PUBLIC_URL: 'https://skep.example', SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' },
  });
  // The page for consent lists the tools of the user.
  await harness.infra.startApp('registry');
  ({ client_id } = await harness.call(auth.registerClient, someone(), { client_name: 'Desk Agent', redirect_uris: [redirect_uri] }));
  ada = await harness.newcomer();
});
afterAll(async () => {
  await harness?.close();
  await acme?.close();
});

const authorize = (more: Partial<Authorize> = {}) =>
  harness.call(auth.authorize, someone(), {
    ...{ client_id, redirect_uri, response_type: 'code', scope: 'mcp:tools', state: 's', resource: 'https://skep.example/mcp' },
    ...{ code_challenge, code_challenge_method: 'S256', browser: BROWSER, ...more },
  });
const signIn = (request: string, browser = BROWSER, more: Partial<SignInToAuthorize> = {}) =>
  harness.call(auth.signInToAuthorize, someone(), {
    ...{ request, browser, decision: 'continue', email: ada.email, password: PASSWORD, tenant_id: 'default' },
    ...{ challenge: '', options: '', code: '', passkey: '', ...more },
  });
const decide = (request: string, decision = 'allow', browser = BROWSER) =>
  harness.call(auth.decideAuthorization, someone(), { request, browser, decision });
const paramsOf = (location: string) => Object.fromEntries(new URL(location).searchParams) as { code?: string; error?: string };
/** A code, after a sign-in and consent. */
async function getCode(): Promise<string> {
  const { request } = await authorize({ prompt: 'consent' });
  expect((await signIn(request)).step).toBe('consent');
  return paramsOf((await decide(request)).location).code ?? '';
}
const issue = (input: Partial<IssueTokens>) =>
  harness.call(auth.issueTokens, someone(), {
    grant_type: 'authorization_code',
    client_id,
    redirect_uri,
    code_verifier: VERIFIER,
    ...input,
  });

describe('an authorization request', () => {
  it.each(['https://evil.example/callback', 'https://client.example/callback/other', 'https://client.example/callback?x=1'])(
    'goes to no other address than those of the client: %s',
    async (address) => expect(await codeOf(authorize({ redirect_uri: address }))).toBe('bad_request'),
  );

  it.each([
    ['no PKCE', { code_challenge: undefined }],
    ['a plain verifier', { code_challenge_method: 'plain' }],
    ['a token at once', { response_type: 'token' }],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }],
    ['scopes of the user', { scope: 'billing:write' }],
  ])('with %s is refused', async (_, more) => {
    const { step, location } = await authorize(more);
    expect([step, typeof paramsOf(location).error]).toEqual(['leave', 'string']);
  });

  it('has a code only after the user has signed in and consented, in the same browser', async () => {
    const { request } = await authorize();
    expect(await codeOf(decide(request))).toBe('bad_request');
    expect(await codeOf(signIn(request, 'x'.repeat(43)))).toBe('bad_request');
    expect(await signIn(request)).toMatchObject({ step: 'consent', client_name: 'Desk Agent', redirect_host: 'client.example' });
    expect(await codeOf(decide(request, 'allow', 'x'.repeat(43)))).toBe('bad_request');
    const { location } = await decide(request);
    expect(new URL(location).searchParams.get('iss')).toBe('https://skep.example');
    expect(paramsOf(location).code).toMatch(/^ac_/);
  });

  it('that the user denies has no code', async () => {
    const { request } = await authorize();
    await signIn(request);
    expect(paramsOf((await decide(request, 'deny')).location)).toMatchObject({ error: 'access_denied' });
    expect(await codeOf(decide(request))).toBe('bad_request');
  });
});

describe('a user of an organisation', () => {
  const person = { sub: 'grace', email: 'grace@acme.example', email_verified: true };
  const leave = (request: string, email = person.email) =>
    signIn(request, BROWSER, { decision: 'organisation', email: ` ${email.toUpperCase()} `, password: '' });
  const comeBack = (form: { request: string; code?: string; error_description?: string }, browser = BROWSER) =>
    harness.call(auth.returnToAuthorize, someone(), { error_description: '', browser, ...form });
  /** What the browser brings back from the provider. */
  async function atProvider(location: string, claims: object = person) {
    const finished = await harness.call(auth.finishSingleSignOn, someone(), acme.signIn(location, claims));
    const back = new URL(finished.location);
    expect(back.origin + back.pathname).toBe('https://skep.example/oauth/return');
    return Object.fromEntries(back.searchParams) as { request: string; code?: string; error_description?: string };
  }

  beforeAll(async () => {
    const admin = someone({ tenant: 'default', user: 'imp_u_boss', role: 'admin', scopes: ['*'], actor: 'user' });
    await harness.call(auth.createIdentityProvider, admin, {
      ...{ name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example'], scopes: 'openid email profile' },
      ...{ groups_claim: 'groups', group_roles: [], default_role: 'user', creates_accounts: true },
    });
  });

  it('signs in at its identity provider, and the client gets tokens of their account', async () => {
    const { request } = await authorize();
    const { step, location } = await leave(request);
    expect(step).toBe('organisation');
    const brought = await atProvider(location);
    expect(brought.request).toBe(request);
    expect(await comeBack(brought)).toMatchObject({ step: 'consent', email: person.email, client_name: 'Desk Agent' });
    const { access_token } = await issue(paramsOf((await decide(request)).location));
    expect(claimsOf(access_token)).toMatchObject({ email: person.email, scopes: ['mcp:tools'] });
    expect(
      await harness.query(`select from session where client_id is null and account_id in (select id from account where email = $1)`, [
        person.email,
      ]),
    ).toEqual([]);
  });

  it('cannot be signed in by what another request or browser brings', async () => {
    const [mine, theirs] = [await authorize(), await authorize({ browser: 'x'.repeat(43) })];
    const stolen = await atProvider((await leave(mine.request)).location);
    expect(await codeOf(comeBack(stolen, 'x'.repeat(43)))).toBe('bad_request');
    expect(await comeBack({ ...stolen, request: theirs.request }, 'x'.repeat(43))).toMatchObject({ step: 'sign_in', status: 400 });
    expect(await codeOf(decide(theirs.request, 'allow', 'x'.repeat(43)))).toBe('bad_request');
  });

  it.each([
    ['has no identity provider', 'someone@nowhere.example', 404],
    ['has an account with a password', undefined, 409],
  ])('that %s sees why', async (_, email, status) => {
    const { request } = await authorize();
    if (email)
      return void expect(await leave(request, email)).toMatchObject({ step: 'sign_in', status, error: expect.stringMatching(/./) });
    const known = await harness.newcomer();
    await harness.query(`update account set email = 'known@acme.example' where email = $1`, [known.email]);
    const left = await leave(request, 'known@acme.example');
    const brought = await atProvider(left.location, { sub: 'known', email: 'known@acme.example', email_verified: true });
    expect(await comeBack(brought)).toMatchObject({ step: 'sign_in', status, error: expect.stringContaining('password') });
  });

  it('that comes back without a code sees why', async () => {
    const { request } = await authorize();
    expect(await comeBack({ request, error_description: 'The identity provider ended this sign-in.' })).toMatchObject({
      ...{ step: 'sign_in', request, error: 'The identity provider ended this sign-in.' },
    });
  });
});

describe('a code', () => {
  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(50) }],
    ['no verifier', { code_verifier: undefined }],
    ['another client', { client_id: 'https://evil.example/client.json' }],
    ['another address', { redirect_uri: 'https://evil.example/callback' }],
    ['another resource', { resource: 'https://skep.example/mcp/other' }],
  ])('gives nothing with %s', async (_, wrong) => {
    const code = await getCode();
    expect(await codeOf(issue({ code, ...wrong }))).toBe('invalid_grant');
  });

  it('works once: a second use ends what the first one gave', async () => {
    const code = await getCode();
    const { access_token, refresh_token } = await issue({ code });
    expect(await codeOf(issue({ code }))).toBe('invalid_grant');
    const { active } = await harness.call(auth.introspectToken, someone({ actor: 'service:test' }), { token: access_token });
    expect(active).toBe(false);
    expect(await codeOf(issue({ grant_type: 'refresh_token', refresh_token }))).toBe('invalid_grant');
  });

  it('expires', async () => {
    const code = await getCode();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await codeOf(issue({ code }))).toBe('invalid_grant');
  });

  it('gives a token for its resource, with no more scopes than the client asked for', async () => {
    const { access_token, scope } = await issue({ code: await getCode() });
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as object;
    expect(claims).toMatchObject({
      iss: 'https://skep.example',
      aud: 'https://skep.example/mcp',
      sub: ada.user,
      scopes: ['mcp:tools'],
      client_id,
    });
    expect(scope).toBe('mcp:tools');
  });
});

it('a refresh token of a client is of no use to another client, and gives no session of the user', async () => {
  const { refresh_token } = await issue({ code: await getCode() });
  const of = { grant_type: 'refresh_token', refresh_token };
  expect(await codeOf(issue({ ...of, client_id: 'https://evil.example/client.json' }))).toBe('invalid_grant');
  expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token }))).toBe('invalid_refresh_token');
  expect((await issue(of)).refresh_token).not.toBe(refresh_token);
});

it('a consent is remembered while its session lasts, unless the client asks for it again', async () => {
  await issue({ code: await getCode() });
  const { request } = await authorize();
  expect((await signIn(request)).step).toBe('leave');
  const asked = await authorize({ prompt: 'consent' });
  expect((await signIn(asked.request)).step).toBe('consent');
  await harness.query('update session set revoked_at = now() where client_id is not null');
  const { request: later } = await authorize();
  expect((await signIn(later)).step).toBe('consent');
});

it('a registration that a client made up is none', async () => {
  const [prefix] = client_id.split('.');
  expect(await codeOf(authorize({ client_id: `${prefix}.${'A'.repeat(43)}` }))).toBe('bad_request');
});
