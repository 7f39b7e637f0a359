import { auth, type SessionRevoked } from '@skep/contracts/auth';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const revocations: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('second', 'Second')`);
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => revocations.push(revoked));
});
afterAll(() => harness?.close());

const NEW = 'a quite different password';
type Who = ReturnType<typeof someone>;
const address = () => `${randomBytes(6).toString('hex')}@example.com`;
const change = (ctx: Who, current_password = PASSWORD, new_password = NEW) =>
  harness.call(auth.changePassword, ctx, { current_password, new_password });
const forgot = (email: string, ctx = someone(), tenant_id = 'default') => harness.call(auth.forgotPassword, ctx, { email, tenant_id });
const reset = (token: string, new_password = NEW) => harness.call(auth.resetPassword, someone(), { token, new_password });
const resend = (email: string, ctx = someone()) => harness.call(auth.resendVerification, ctx, { email, tenant_id: 'default' });
const signup = (email: string, password = PASSWORD) => harness.call(auth.signup, someone(), { email, password, tenant_id: 'default' });
const verify = (token: string) => harness.call(auth.verifyEmail, someone(), { token });
const refresh = (refresh_token: string) => harness.call(auth.refresh, someone(), { refresh_token });
const waitForMails = (email: string, count: number) =>
  waitUntil(`${count} mails to ${email}`, async () => {
    const all = await harness.mailsTo(email);
    return all.length >= count ? all : undefined;
  });
const tokenIn = (mail: string) => /token=([\w-]+)/.exec(mail)![1]!;
/** Requests a password reset and returns the token of the link. */
async function requestReset(email: string): Promise<string> {
  const before = (await harness.mailsTo(email)).length;
  await forgot(email);
  return tokenIn((await waitForMails(email, before + 1)).at(-1)!);
}

describe('changing my password', () => {
  it('sets the new one, revokes the other sessions, keeps this one and sends an e-mail', async () => {
    const { email, ctx, session, tokens } = await harness.newcomer();
    const other = await harness.login(email);
    await change({ ...ctx, session });
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    expect(await codeOf(refresh(other.refresh_token))).toBe('invalid_refresh_token');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
    const end = await waitUntil('the event', () => revocations.find(({ session_id }) => session_id === claimsOf(other.access_token).sid));
    expect(end.reason).toBe('password_changed');
    expect((await waitForMails(email, 1))[0]).toMatch(/password of your account was changed/);
  });

  it('requires the current one, and limits guessing as a login does', async () => {
    const { email, ctx } = await harness.newcomer();
    for (let n = 0; n < 10; n++) expect(await codeOf(change(ctx, 'a wrong password'))).toBe('wrong_password');
    const refused = await problemOf(change(ctx));
    expect(refused.body.code).toBe('too_many_requests');
    expect(refused.retryAfter).toBeGreaterThan(0);
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('requires the user’s own id and tenant', async () => {
    const { ctx } = await harness.newcomer();
    expect(await codeOf(change({ ...ctx, tenant: 'second' }))).toBe('user_not_found');
    expect(await codeOf(change({ ...ctx, user: 'imp_u_nobody' }))).toBe('user_not_found');
  });

  it.each(['short', 'x'.repeat(129)])('rejects %s', async (password) => {
    const { ctx } = await harness.newcomer();
    await expect(problemOf(change(ctx, PASSWORD, password))).resolves.toMatchObject({ body: { detail: [{ loc: ['new_password'] }] } });
  });

  it('leaves no session of a concurrent login with the old one', async () => {
    const { email, ctx, session } = await harness.newcomer();
    const logins = Promise.allSettled(Array.from({ length: 6 }, () => harness.login(email)));
    await change({ ...ctx, session });
    for (const login of await logins)
      if (login.status === 'fulfilled') expect(await codeOf(refresh(login.value.refresh_token))).toBe('invalid_refresh_token');
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link in the e-mail, which revokes all sessions', async () => {
    const { email, tokens, user } = await harness.newcomer();
    await reset(await requestReset(email));
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    expect(claimsOf((await harness.login(email, NEW)).access_token).sub).toBe(user);
    const [row] = await harness.query('select revoke_reason from session where account_id = $1 order by created_at limit 1', [user]);
    expect(row).toEqual({ revoke_reason: 'password_reset' });
  });

  it('can be reset by a user who reached the limit, who then signs in at once', async () => {
    const { email } = await harness.newcomer();
    const ctx = someone();
    for (let n = 0; n < 10; n++) await codeOf(harness.login(email, 'a wrong guess', ctx));
    expect(await codeOf(harness.login(email, PASSWORD, ctx))).toBe('too_many_requests');
    await harness.call(auth.resetPassword, ctx, { token: await requestReset(email), new_password: NEW });
    await expect(harness.login(email, NEW, ctx)).resolves.toBeDefined();
  });

  it('has a link that works once, even for ten concurrent uses, and invalidates the others', async () => {
    const { email } = await harness.newcomer();
    const [first, second] = [await requestReset(email), await requestReset(email)];
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => reset(first)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await codeOf(reset(second))).toBe('invalid_token');
  });

  it('has a link that expires after an hour and is stored as a hash', async () => {
    const { email } = await harness.newcomer();
    const token = await requestReset(email);
    const hash = createHash('sha256').update(token).digest();
    const [row] = await harness.query(
      `select expires_at - created_at = interval '1 hour' as hour from password_reset where token_hash = $1`,
      [hash],
    );
    expect(row).toEqual({ hour: true });
    await harness.query('update password_reset set expires_at = now() where token_hash = $1', [hash]);
    expect(await codeOf(reset(token))).toBe('invalid_token');
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('gives the same response and writes the same rows for an unknown address', async () => {
    const { email } = await harness.newcomer();
    const unknown = address();
    expect(await forgot(email)).toEqual(await forgot(unknown));
    expect((await waitForMails(unknown, 1))[0]).not.toMatch(/token=/);
    const rows = (of: string) => harness.query('select count(*)::int as n from password_reset where email = $1', [of]);
    expect(await rows(email)).toEqual(await rows(unknown));
  });

  it('of the same address in another tenant is not changed', async () => {
    const email = address();
    await harness.newcomer(email);
    await harness.newcomer(email, 'second');
    await reset(await requestReset(email));
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    await expect(harness.login(email, PASSWORD, someone(), 'second')).resolves.toBeDefined();
  });

  it('cannot be reset by a deactivated user', async () => {
    const { email, user } = await harness.newcomer();
    const token = await requestReset(email);
    await harness.query('update account set is_active = false where id = $1', [user]);
    expect(await codeOf(reset(token))).toBe('invalid_token');
    await forgot(email);
    expect((await waitForMails(email, 2)).at(-1)).not.toMatch(/token=/);
  });

  it('returns an address to its owner if someone else signed up with it', async () => {
    const email = address();
    await signup(email, 'the squatter’s password');
    const squatted = await harness.tokenFor(email);
    await reset(await requestReset(email));
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    expect(await codeOf(harness.login(email, 'the squatter’s password'))).toBe('invalid_credentials');
    expect(await codeOf(verify(squatted))).toBe('invalid_token');
  });

  it('sends an address at most five e-mails per hour, from all networks', async () => {
    const { email } = await harness.newcomer();
    for (let n = 0; n < 7; n++) await forgot(email);
    await waitUntil('an empty queue', async () => (await harness.query('select from mail')).length === 0);
    expect(await harness.mailsTo(email)).toHaveLength(5);
  });

  it('is limited per network', async () => {
    const ctx = someone();
    for (let n = 0; n < 5; n++) await forgot('same@example.com', ctx);
    expect(await codeOf(forgot('same@example.com', ctx))).toBe('too_many_requests');
  });

  it('rejects an invented token and a short password', async () => {
    expect(await codeOf(reset('made-up'))).toBe('invalid_token');
    await expect(problemOf(reset('made-up', 'short'))).resolves.toMatchObject({ body: { detail: [{ loc: ['new_password'] }] } });
  });
});

describe('a lost verification e-mail', () => {
  it('is sent again with a new link, and the old link stops working', async () => {
    const email = address();
    await signup(email);
    const first = await harness.tokenFor(email);
    await resend(email);
    const second = tokenIn((await waitForMails(email, 2)).at(-1)!);
    expect(await codeOf(verify(first))).toBe('invalid_token');
    await expect(verify(second)).resolves.toBeDefined();
  });

  it('gives the same response for an account and an unknown address, which get no link', async () => {
    const { email } = await harness.newcomer();
    const unknown = address();
    expect(await resend(email)).toEqual(await resend(unknown));
    for (const to of [email, unknown]) expect((await waitForMails(to, 1))[0]).not.toMatch(/token=/);
  });

  it('is limited per network', async () => {
    const ctx = someone();
    for (let n = 0; n < 5; n++) await resend('again@example.com', ctx);
    expect(await codeOf(resend('again@example.com', ctx))).toBe('too_many_requests');
  });
});
