import { auth, type CreateIdentityProvider, type IdentityProviderItem } from '@skep/contracts/auth';
import { codeOf, type OpenIdProvider, problemOf, startOpenIdProvider } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, PASSWORD, someone, startAuth } from './auth.js';

const RETURN_TO = 'http://127.0.0.1:4567/signed-in';
const VERIFIER = 'v'.repeat(50);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let harness: AuthHarness;
let acme: OpenIdProvider;
let ours: IdentityProviderItem;
const admin = (more = {}) => someone({ tenant: 'default', user: 'imp_u_boss', role: 'admin', scopes: ['*'], actor: 'user', ...more });

beforeAll(async () => {
  acme = await startOpenIdProvider();
  harness = await startAuth({ SKEP_OUTBOUND_ALLOW: '127.0.0.1/32', SKEP_PUBLIC_URL: 'https://skep.example' });
  await harness.query('insert into tenant (id, name) values ($1, $1)', ['other']);
  ours = await add({
    group_roles: [
      { group: 'staff', role: 'developer' },
      { group: 'bosses', role: 'admin' },
    ],
  });
});
beforeEach(() => (acme.misbehaves = undefined));
afterAll(async () => {
  await harness?.close();
  await acme?.close();
});

const add = (more: Partial<CreateIdentityProvider> = {}, ctx = admin()) =>
  harness.call(auth.createIdentityProvider, ctx, {
    ...{ name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example'], scopes: 'openid email profile' },
    ...{ groups_claim: 'groups', group_roles: [], default_role: 'user', creates_accounts: true, ...more },
  });
const newcomer = () => ({
  sub: randomBytes(8).toString('hex'),
  email: `${randomBytes(6).toString('hex')}@acme.example`,
  email_verified: true,
});
const start = (email: string, more = {}) =>
  harness.call(auth.startSingleSignOn, someone(), {
    ...{ email, tenant_id: 'default', return_to: RETURN_TO, code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more },
  });
const finish = (answer: { state: string; code?: string; iss?: string; error?: string }) =>
  harness.call(auth.finishSingleSignOn, someone(), answer);
/** The parameters with which the browser comes back to the client. */
async function comeBack(claims: { email: string }, more = {}) {
  const { authorize_url } = await start(claims.email, more);
  const { location } = await finish(acme.signIn(authorize_url, claims));
  expect(location.startsWith(RETURN_TO)).toBe(true);
  return Object.fromEntries(new URL(location).searchParams) as { code?: string; error?: string; error_description?: string };
}
const exchange = (code = '', code_verifier = VERIFIER) => harness.call(auth.exchangeSingleSignOnCode, someone(), { code, code_verifier });
const signIn = async (claims: { email: string }) => exchange((await comeBack(claims)).code);
const claims = async (person: { email: string }) =>
  claimsOf((await signIn(person)).access_token) as unknown as { sub: string; email: string; role: string };
const accountOf = async (email: string) => (await harness.query('select * from account where email = $1', [email]))[0];

describe('a person of an organisation', () => {
  it('signs in, and the first time gets an account without a password', async () => {
    const ada = { ...newcomer(), given_name: 'Ada', family_name: 'Byron' };
    const first = await claims(ada);
    expect(first).toMatchObject({ email: ada.email, role: 'user' });
    expect((await claims(ada)).sub).toBe(first.sub);
    expect(await accountOf(ada.email)).toMatchObject({
      password_hash: null,
      auth_method: 'sso',
      attributes: { first_name: 'Ada', last_name: 'Byron' },
    });
    const [link] = await harness.call(auth.listIdentities, someone({ tenant: 'default', user: first.sub, actor: 'user' }), {});
    expect(link).toMatchObject({ provider: 'Acme', email: ada.email, last_used_at: expect.any(Date) });
  });

  it('is the same person with another e-mail address and after new keys of the provider', async () => {
    const ada = newcomer();
    const { sub } = await claims(ada);
    acme.rotateKeys();
    expect((await claims({ ...newcomer(), sub: ada.sub } as typeof ada)).sub).toBe(sub);
  });

  it('has the role of their first group that has one, at each sign-in anew', async () => {
    const ada = newcomer();
    const withGroups = (...groups: string[]) => ({ ...ada, groups });
    expect((await claims(withGroups('guests', 'staff'))).role).toBe('developer');
    expect((await claims(withGroups('guests'))).role).toBe('user');
    expect((await claims(withGroups('bosses'))).role).toBe('admin');
  });

  it('loses sessions that could do more than the new role', async () => {
    const ada = newcomer();
    const { refresh_token } = await signIn({ ...ada, groups: ['bosses'] } as never);
    await signIn(ada);
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token }))).toBe('invalid_refresh_token');
  });

  it('gets no password by a reset, and cannot sign in with one', async () => {
    const ada = newcomer();
    await signIn(ada);
    await harness.call(auth.forgotPassword, someone(), { email: ada.email, tenant_id: 'default' });
    const [reset] = await harness.query('select token_sent from password_reset where email = $1', [ada.email]);
    expect(reset).toEqual({ token_sent: false });
    expect(await codeOf(harness.login(ada.email))).toBe('invalid_credentials');
  });

  it('cannot sign in when their account is inactive', async () => {
    const ada = newcomer();
    const { sub } = await claims(ada);
    await harness.query('update account set is_active = false where id = $1', [sub]);
    expect(await codeOf(signIn(ada))).toBe('sign_in_refused');
  });

  it('gets no account where only known people may sign in', async () => {
    await add({ domains: ['closed.example'], creates_accounts: false });
    const ada = { ...newcomer(), email: 'ada@closed.example' };
    expect(await codeOf(signIn(ada))).toBe('sign_in_refused');
    expect(await accountOf(ada.email)).toBeUndefined();
  });

  it('is one person when they sign in twice at once for the first time', async () => {
    const ada = newcomer();
    const codes = await Promise.all([comeBack(ada), comeBack(ada)]);
    const both = await Promise.all(codes.map(({ code }) => exchange(code)));
    expect(new Set(both.map(({ access_token }) => claimsOf(access_token).sub)).size).toBe(1);
    expect(await harness.query('select from account where email = $1', [ada.email])).toHaveLength(1);
  });

  it('is found in their tenant only', async () => {
    expect(await codeOf(start('ada@acme.example', { tenant_id: 'other' }))).toBe('no_identity_provider');
    expect(await codeOf(start('ada@elsewhere.example'))).toBe('no_identity_provider');
  });
});

describe('an address with an account', () => {
  it('is linked only by who signs in with its password, once', async () => {
    const ada = await harness.newcomer(newcomer().email);
    const person = { ...newcomer(), email: ada.email };
    const { body } = await problemOf(signIn(person));
    const { code, link_token } = body as unknown as { code: string; link_token: string };
    expect(code).toBe('account_exists');
    const bob = await harness.newcomer();
    expect(await codeOf(harness.call(auth.linkIdentity, bob.ctx, { link_token }))).toBe('sign_in_refused');
    const again = (await problemOf(signIn(person))).body as unknown as { link_token: string };
    const link = await harness.call(auth.linkIdentity, ada.ctx, again);
    expect(link).toMatchObject({ provider: 'Acme', email: ada.email });
    expect(await codeOf(harness.call(auth.linkIdentity, ada.ctx, again))).toBe('sign_in_expired');
    expect((await claims(person)).sub).toBe(ada.user);
    // Groups decide about accounts that sign-ins have created only.
    expect((await claims({ ...person, groups: ['bosses'] } as never)).role).toBe('user');
    expect(await codeOf(harness.call(auth.removeIdentity, bob.ctx, link))).toBe('identity_not_found');
    await harness.call(auth.removeIdentity, ada.ctx, link);
    expect(await codeOf(signIn(person))).toBe('account_exists');
    expect((await harness.login(ada.email, PASSWORD)).access_token).toBeTruthy();
  });

  it('that a sign-in has created keeps its only link', async () => {
    const { sub } = await claims(newcomer());
    const ctx = someone({ tenant: 'default', user: sub, actor: 'user' });
    const [link] = await harness.call(auth.listIdentities, ctx, {});
    expect(await codeOf(harness.call(auth.removeIdentity, ctx, link!))).toBe('identity_needed');
    expect(await harness.call(auth.listIdentities, ctx, {})).toHaveLength(1);
  });
});

describe('a sign-in that is not what it seems', () => {
  it.each(['nonce', 'issuer', 'audience', 'expired', 'signature', 'algorithm none', 'no token', 'error', 'huge', 'redirect'] as const)(
    'fails: the provider misbehaves (%s)',
    async (misbehaviour) => {
      const ada = newcomer();
      const { authorize_url } = await start(ada.email);
      const answer = acme.signIn(authorize_url, ada);
      acme.misbehaves = misbehaviour;
      const { location } = await finish(answer);
      expect(new URL(location).searchParams.get('error')).toBe('identity_provider_failed');
      expect(await accountOf(ada.email)).toBeUndefined();
    },
  );

  it.each([
    ['of another domain', { email: 'ada@evil.example' }],
    ['not verified', { email_verified: false }],
    ['missing', { email: '' }],
  ])('fails: the address is %s', async (_, more) => {
    const ada = newcomer();
    const { authorize_url } = await start(ada.email);
    const { location } = await finish(acme.signIn(authorize_url, { ...ada, ...more }));
    expect(new URL(location).searchParams.get('error')).toBe('sign_in_refused');
  });

  it('fails: the answer is of another issuer, or says no', async () => {
    const { email } = newcomer();
    const [mixed, denied] = await Promise.all([start(email), start(email)]);
    const { location } = await finish({ ...acme.signIn(mixed.authorize_url, newcomer()), iss: 'https://login.elsewhere.example' });
    expect(new URL(location).searchParams.get('error')).toBe('identity_provider_failed');
    const { state } = acme.signIn(denied.authorize_url, newcomer());
    const no = await finish({ state, error: 'access_denied' });
    expect(new URL(no.location).searchParams.get('error')).toBe('sign_in_refused');
  });

  it('fails: state and code are used twice, or with another verifier', async () => {
    const ada = newcomer();
    const { authorize_url } = await start(ada.email);
    const answer = acme.signIn(authorize_url, ada);
    const code = new URL((await finish(answer)).location).searchParams.get('code') ?? '';
    expect(await codeOf(finish(answer))).toBe('sign_in_expired');
    expect(await codeOf(finish({ ...answer, state: 'guessed' }))).toBe('sign_in_expired');
    await exchange(code);
    expect(await codeOf(exchange(code))).toBe('sign_in_expired');
    const stolen = await comeBack(ada);
    expect(await codeOf(exchange(stolen.code, 'w'.repeat(50)))).toBe('sign_in_expired');
    expect(await codeOf(exchange(stolen.code))).toBe('sign_in_expired');
  });

  it.each([
    'https://evil.example/',
    'http://skep.example/',
    'http://127.0.0.1.evil.example/',
    'https://user@skep.example/',
    'javascript:alert(1)',
    'nonsense',
  ])('does not come back to %s', async (return_to) =>
    expect(await codeOf(start(newcomer().email, { return_to }))).toBe('return_address_refused'),
  );

  it('comes back to Skep itself', async () => {
    expect((await start(newcomer().email, { return_to: 'https://skep.example/signed-in' })).authorize_url).toContain(acme.issuer);
  });
});

describe('an administrator', () => {
  it('changes, lists and deletes providers of their own tenant, whose secret is sealed and never shown', async () => {
    const made = await add({ name: 'Beta', domains: ['Beta.example'] });
    expect(made).toMatchObject({ domains: ['beta.example'], redirect_uri: 'https://skep.example/v1/auth/sso/callback' });
    const { provider_id } = made;
    const { sub } = await claims({ ...newcomer(), email: 'ada@beta.example' });
    const theirs = admin({ tenant: 'other' });
    expect(await codeOf(harness.call(auth.updateIdentityProvider, theirs, { provider_id, name: 'Mine' }))).toBe(
      'identity_provider_not_found',
    );
    expect(await codeOf(harness.call(auth.deleteIdentityProvider, theirs, { provider_id }))).toBe('identity_provider_not_found');
    expect(await harness.call(auth.listIdentityProviders, theirs, {})).toEqual([]);
    const changed = await harness.call(auth.updateIdentityProvider, admin(), {
      provider_id,
      name: 'Gamma',
      client_secret: 'changed-secret-12',
    });
    expect(changed).toEqual({ ...made, name: 'Gamma' });
    expect(await harness.call(auth.listIdentityProviders, admin(), {})).toContainEqual(changed);
    const stored = JSON.stringify(
      await harness.query("select encode(client_secret, 'escape') as secret, (select json_agg(a) from audit_log a) from identity_provider"),
    );
    expect(stored).not.toContain('changed-secret-12');
    expect(stored).not.toContain(acme.client.client_secret);
    await harness.call(auth.deleteIdentityProvider, admin(), { provider_id });
    expect(await harness.query('select from external_identity where account_id = $1', [sub])).toEqual([]);
    expect(await codeOf(start('ada@beta.example'))).toBe('no_identity_provider');
  });

  it('cannot use a domain twice, an unknown role, or an issuer that does not answer as such', async () => {
    expect(await codeOf(add())).toBe('domain_taken');
    const fields = async (more: Partial<CreateIdentityProvider>) =>
      ((await problemOf(add({ domains: ['new.example'], ...more }))).body.detail as { loc: unknown[] }[]).map(({ loc }) => loc.join('.'));
    expect(await fields({ default_role: 'emperor' })).toEqual(['default_role']);
    expect(await fields({ group_roles: [{ group: 'a', role: 'emperor' }] })).toEqual(['group_roles.0.role']);
    expect(await fields({ domains: ['not a domain'] })).toEqual(['domains.0']);
    expect(await fields({ issuer: 'nonsense-issuer' })).toEqual(['issuer']);
    expect(await fields({ issuer: 'http://127.0.0.2:1' })).toEqual(['issuer']);
    expect(await fields({ issuer: `${acme.issuer}/elsewhere` })).toEqual(['issuer']);
  });

  it('gives no role that can do more than they can themselves', async () => {
    const limited = admin({ scopes: ['admin:tenants:write', 'admin:tenants:read'] });
    const group_roles = [{ group: 'mine', role: 'admin' }];
    expect(await codeOf(add({ domains: ['mine.example'], group_roles }, limited))).toBe('scope_not_held');
    const { provider_id } = ours;
    expect(await codeOf(harness.call(auth.updateIdentityProvider, limited, { provider_id, group_roles }))).toBe('scope_not_held');
  });
});

it('an erased person leaves nothing behind, and is a new one at their next sign-in', async () => {
  const ada = newcomer();
  const { sub } = await claims(ada);
  await comeBack(ada);
  await harness.call(auth.deleteUser, admin(), { user_id: sub, permanent: true });
  for (const table of ['external_identity', 'sign_in'])
    expect(await harness.query(`select from ${table} where email = $1`, [ada.email])).toEqual([]);
  expect((await claims(ada)).sub).not.toBe(sub);
});
