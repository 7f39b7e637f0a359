import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

const STRANGER = 'a password of a stranger';
const address = () => `${randomBytes(6).toString('hex')}@example.com`;
const signup = (email: string, password = PASSWORD, ctx = someone(), first_name?: string) =>
  harness.call(auth.signup, ctx, { email, password, tenant_id: 'default', ...(first_name && { first_name }) });
const verify = (token: string, password?: string, ctx = someone()) =>
  harness.call(auth.verifyEmail, ctx, { token, ...(password !== undefined && { password }) });

/** Signs up an address with each password, from different networks, and returns the token of the first link. */
async function signUpWith(...passwords: string[]) {
  const email = address();
  for (const password of passwords) await signup(email, password);
  return { email, token: await harness.tokenFor(email) };
}

describe('the verification link', () => {
  it.each([
    ['signed up with it before', [STRANGER, PASSWORD]],
    ['signs up with it afterwards', [PASSWORD, STRANGER]],
    ['does both', [STRANGER, PASSWORD, 'another of the stranger', STRANGER]],
  ])('creates the account with the password of the owner, although a stranger %s', async (_, passwords) => {
    const { email, token } = await signUpWith(...passwords);
    await expect(verify(token, PASSWORD)).resolves.toMatchObject({ token_type: 'bearer' });
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await codeOf(harness.login(email, STRANGER))).toBe('invalid_credentials');
    expect(await codeOf(verify(token, STRANGER))).toBe('invalid_token');
  });

  it('gives the account the id and the name of the sign-up with the given password', async () => {
    const email = address();
    await signup(email, STRANGER, someone(), 'Mallory');
    const { user_id } = await signup(email, PASSWORD, someone(), 'Ada');
    const { access_token } = await verify(await harness.tokenFor(email), PASSWORD);
    expect(claimsOf(access_token).sub).toBe(user_id);
    const me = await harness.call(auth.getMe, someone({ tenant: 'default', user: user_id }), {});
    expect(me.attributes).toEqual({ first_name: 'Ada' });
  });

  it('requires the password if sign-ups came from different networks', async () => {
    const { email, token } = await signUpWith(STRANGER, PASSWORD);
    const { body } = await problemOf(verify(token));
    expect(body).toMatchObject({ status: 422, detail: [{ loc: ['password'], msg: expect.stringMatching(/^Someone else/) }] });
    expect(await codeOf(harness.login(email, STRANGER))).toBe('invalid_credentials');
    await expect(verify(token, PASSWORD)).resolves.toBeDefined();
  });

  it('requires the password also if a stranger signed up so often that the other sign-up is not among the newest', async () => {
    const { email, token } = await signUpWith(STRANGER, PASSWORD);
    await harness.query(
      `insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network, expires_at)
       select sha256(n::text::bytea || token_hash), user_id || n, tenant_id, email, password_hash, attributes, false, network, expires_at
         from pending_signup, generate_series(1, 12) n where email = $1 and token_sent`,
      [email],
    );
    expect(await codeOf(verify(token))).toBe('invalid_input');
  });

  it('needs no password if the sign-ups came from one network, and uses the link’s own', async () => {
    const email = address();
    const ctx = someone();
    await signup(email, PASSWORD, ctx);
    await signup(email, 'another password', ctx);
    await expect(verify(await harness.tokenFor(email))).resolves.toBeDefined();
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await codeOf(harness.login(email, 'another password'))).toBe('invalid_credentials');
  });

  it('stays valid after a wrong password, which is counted like that of a login', async () => {
    const { token } = await signUpWith(PASSWORD);
    const ctx = someone();
    for (let n = 0; n < 10; n++) expect(await codeOf(verify(token, 'not this one', ctx))).toBe('wrong_password');
    expect(await codeOf(verify(token, PASSWORD, ctx))).toBe('too_many_requests');
    await expect(verify(token, PASSWORD)).resolves.toBeDefined();
  });

  it('works once, even if it is opened three times at once with the password', async () => {
    const { token } = await signUpWith(PASSWORD, STRANGER);
    const ends = await Promise.allSettled([verify(token, PASSWORD), verify(token, PASSWORD), verify(token, PASSWORD)]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is sent again if two concurrent sign-ups were both the first', async () => {
    const email = address();
    await signup(email);
    await signup(email);
    await harness.query('update pending_signup set token_sent = true where email = $1', [email]);
    await harness.call(auth.resendVerification, someone(), { email, tenant_id: 'default' });
    const mails = await waitUntil('three mails', async () => {
      const all = await harness.mailsTo(email);
      return all.length === 3 ? all : undefined;
    });
    await expect(verify(/token=([\w-]+)/.exec(mails[2]!)![1]!, PASSWORD)).resolves.toBeDefined();
  });
});

it('the e-mails to an address that signs up twice explain which password to enter, and what to do without it', async () => {
  const { email } = await signUpWith(STRANGER, PASSWORD);
  const [first, second] = await waitUntil('both mails', async () => {
    const all = await harness.mailsTo(email);
    return all.length === 2 ? all : undefined;
  });
  expect(first).toMatch(/verify-email#token=t[\w-]{32}\r?$/m);
  expect(first).toMatch(/If you did not sign up, ignore this e-mail/);
  expect(second).not.toMatch(/token=/);
  expect(second).toMatch(/enter\r?\nthe password that you chose/);
  expect(second).toMatch(/\/reset-password/);
});
