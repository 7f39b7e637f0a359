import { auth } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { codeOf, type OpenIdProvider, startOpenIdProvider } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, someone, startAuth } from './auth.js';

let harness: AuthHarness;
let acme: OpenIdProvider;
const admin = (more: Partial<Ctx> = {}) =>
  someone({ tenant: 'default', user: 'imp_u_boss', role: 'admin', scopes: ['*'], actor: 'user', ...more });
/** May provision people with the role `user`, and no others. */
let clerk: Ctx;

beforeAll(async () => {
  acme = await startOpenIdProvider();
  harness = await startAuth({ SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' });
  await harness.query('insert into tenant (id, name) values ($1, $1)', ['other']);
  const [user] = await harness.query(`select default_scopes from role where tenant_id = 'default' and name = 'user'`);
  clerk = admin({ scopes: ['admin:users:*', ...(user!['default_scopes'] as string[])] });
  await harness.call(auth.createIdentityProvider, admin(), {
    ...{ name: 'Acme', issuer: acme.issuer, ...acme.client, domains: ['acme.example'], scopes: 'openid email', groups_claim: 'groups' },
    ...{ group_roles: [{ group: 'bosses', role: 'admin' }], default_role: 'user', creates_accounts: true },
  });
});
afterAll(async () => {
  await harness?.close();
  await acme?.close();
});

const newAddress = () => `${randomBytes(6).toString('hex')}@acme.example`;
const provision = (ctx = admin(), userName = newAddress()) => harness.call(auth.createScimUser, ctx, { userName, active: true });
const group = (ctx: Ctx, displayName: string, ...members: string[]) =>
  harness.call(auth.createScimGroup, ctx, { displayName, members: members.map((value) => ({ value })) });
const roleOf = async (id: string) => (await harness.query('select role from account where id = $1', [id]))[0]?.['role'];

it('an account with a password is neither seen nor changed', async () => {
  const { user, email } = await harness.newcomer();
  expect(await codeOf(harness.call(auth.getScimUser, admin(), { id: user }))).toBe('scim_not_found');
  expect(await codeOf(harness.call(auth.deleteScimUser, admin(), { id: user }))).toBe('scim_not_found');
  const list = await harness.call(auth.listScimUsers, admin(), { filter: `userName eq "${email}"`, startIndex: 1, count: 10 });
  expect(list.totalResults).toBe(0);
});

it('people and groups of another tenant are not seen', async () => {
  const { id } = await provision();
  const { id: groupId } = await group(admin(), 'of ours', id);
  const theirs = admin({ tenant: 'other' });
  expect(await codeOf(harness.call(auth.getScimUser, theirs, { id }))).toBe('scim_not_found');
  expect(await codeOf(harness.call(auth.getScimGroup, theirs, { id: groupId }))).toBe('scim_not_found');
  expect((await harness.call(auth.listScimUsers, theirs, { startIndex: 1, count: 10 })).totalResults).toBe(0);
  expect((await harness.call(auth.listScimGroups, theirs, { startIndex: 1, count: 10 })).totalResults).toBe(0);
  expect(await codeOf(group(theirs, 'of theirs', id))).toBe('invalid_input');
  expect(await codeOf(provision(theirs))).toBe('invalid_input');
});

it('a group gives no role that can do more than the caller', async () => {
  const { id } = await provision(clerk);
  expect(await codeOf(group(clerk, 'bosses', id))).toBe('scope_not_held');
  expect(await roleOf(id)).toBe('user');
  const { id: groupId } = await group(admin(), 'bosses', id);
  expect(await roleOf(id)).toBe('admin');
  expect(await codeOf(harness.call(auth.deleteScimGroup, clerk, { id: groupId }))).toBe('scope_not_held');
  await harness.call(auth.deleteScimGroup, admin(), { id: groupId });
  expect(await roleOf(id)).toBe('user');
});

it('a person who is not active loses their sessions, and their groups count at the next sign-in too', async () => {
  const email = newAddress();
  const { id } = await provision(admin(), email);
  await group(admin(), 'staff', id);
  await harness.query(`update identity_provider set group_roles = '[{"group":"staff","role":"developer"}]'`);
  const { access_token, refresh_token } = await signIn(email);
  expect(JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString())).toMatchObject({ sub: id, role: 'developer' });
  await harness.call(auth.patchScimUser, admin(), { id, Operations: [{ op: 'replace', path: 'active', value: false }] });
  expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token }))).toBe('invalid_refresh_token');
});

it('another person with the address of a provisioned one does not get their account', async () => {
  const email = newAddress();
  await provision(admin(), email);
  await signIn(email);
  expect(await codeOf(signIn(email, 'someone else'))).toBe('account_exists');
});

/** Signs a person in whose account was provisioned: the first time the identity provider links them. */
async function signIn(email: string, sub = email) {
  const verifier = 'v'.repeat(50);
  const code_challenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url');
  const started = await harness.call(auth.startSingleSignOn, someone(), {
    ...{ email, tenant_id: 'default', return_to: 'http://127.0.0.1:1/', code_challenge, code_challenge_method: 'S256' },
  });
  const { location } = await harness.call(auth.finishSingleSignOn, someone(), acme.signIn(started.authorize_url, { sub, email }));
  const code = new URL(location).searchParams.get('code') ?? '';
  return harness.call(auth.exchangeSingleSignOnCode, someone(), { code, code_verifier: verifier });
}
