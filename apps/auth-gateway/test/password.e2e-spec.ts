import { auth, type SessionRevoked } from '@skep/contracts';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
const told: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('second', 'Second')`);
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => told.push(revoked));
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
const mails = (email: string, count: number) =>
  waitUntil(`${count} mails to ${email}`, async () => {
    const all = await harness.mailsTo(email);
    return all.length >= count ? all : undefined;
  });
const tokenIn = (mail: string) => /token=([\w-]+)/.exec(mail)![1]!;
/** The token of the link to a new password. */
async function asked(email: string): Promise<string> {
  const before = (await harness.mailsTo(email)).length;
  await forgot(email);
  return tokenIn((await mails(email, before + 1)).at(-1)!);
}

describe('changing my password', () => {
  it('makes the new one good, ends the other sessions, keeps this one and tells me by mail', async () => {
    const { email, ctx, session, tokens } = await harness.newcomer();
    const other = await harness.login(email);
    await change({ ...ctx, session });
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    expect(await codeOf(refresh(other.refresh_token))).toBe('invalid_refresh_token');
    await expect(refresh(tokens.refresh_token)).resolves.toBeDefined();
    const end = await waitUntil('its end', () => told.find(({ session_id }) => session_id === claimsOf(other.access_token).sid));
    expect(end.reason).toBe('password_changed');
    expect((await mails(email, 1))[0]).toMatch(/password of your account was changed/);
  });

  it('needs the current one, and slows down guessing as a login does', async () => {
    const { email, ctx } = await harness.newcomer();
    for (let n = 0; n < 10; n++) expect(await codeOf(change(ctx, 'a wrong password'))).toBe('wrong_password');
    const refused = await problemOf(change(ctx));
    expect(refused.body.code).toBe('too_many_requests');
    expect(refused.retryAfter).toBeGreaterThan(0);
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('is for its person alone', async () => {
    const { ctx } = await harness.newcomer();
    expect(await codeOf(change({ ...ctx, tenant: 'second' }))).toBe('user_not_found');
    expect(await codeOf(change({ ...ctx, user: 'imp_u_nobody' }))).toBe('user_not_found');
  });

  it.each(['short', 'x'.repeat(129)])('does not take %s', async (password) => {
    const { ctx } = await harness.newcomer();
    await expect(problemOf(change(ctx, PASSWORD, password))).resolves.toMatchObject({ body: { detail: [{ loc: ['new_password'] }] } });
  });

  it('at the same time as a login leaves nobody in with the old one', async () => {
    const { email, ctx, session } = await harness.newcomer();
    const logins = Promise.allSettled(Array.from({ length: 6 }, () => harness.login(email)));
    await change({ ...ctx, session });
    for (const login of await logins)
      if (login.status === 'fulfilled') expect(await codeOf(refresh(login.value.refresh_token))).toBe('invalid_refresh_token');
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link in the mail, which ends all sessions', async () => {
    const { email, tokens, user } = await harness.newcomer();
    await reset(await asked(email));
    expect(await codeOf(refresh(tokens.refresh_token))).toBe('invalid_refresh_token');
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    expect(claimsOf((await harness.login(email, NEW)).access_token).sub).toBe(user);
    const [row] = await harness.query('select revoke_reason from session where account_id = $1 order by created_at limit 1', [user]);
    expect(row).toEqual({ revoke_reason: 'password_reset' });
  });

  it('lets in at once one who had been slowed down for guessing', async () => {
    const { email } = await harness.newcomer();
    const ctx = someone();
    for (let n = 0; n < 10; n++) await codeOf(harness.login(email, 'a wrong guess', ctx));
    expect(await codeOf(harness.login(email, PASSWORD, ctx))).toBe('too_many_requests');
    await harness.call(auth.resetPassword, ctx, { token: await asked(email), new_password: NEW });
    await expect(harness.login(email, NEW, ctx)).resolves.toBeDefined();
  });

  it('has a link that works once, even for ten at once, and its newest use voids the others', async () => {
    const { email } = await harness.newcomer();
    const [first, second] = [await asked(email), await asked(email)];
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => reset(first)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await codeOf(reset(second))).toBe('invalid_token');
  });

  it('has a link that ends after an hour, and is kept as a hash', async () => {
    const { email } = await harness.newcomer();
    const token = await asked(email);
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

  it('answers the same and does the same for an address nobody has', async () => {
    const { email } = await harness.newcomer();
    const nobody = address();
    expect(await forgot(email)).toEqual(await forgot(nobody));
    expect((await mails(nobody, 1))[0]).not.toMatch(/token=/);
    const rows = (of: string) => harness.query('select count(*)::int as n from password_reset where email = $1', [of]);
    expect(await rows(email)).toEqual(await rows(nobody));
  });

  it('of the same address in another tenant is another one', async () => {
    const email = address();
    await harness.newcomer(email);
    await harness.newcomer(email, 'second');
    await reset(await asked(email));
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    await expect(harness.login(email, PASSWORD, someone(), 'second')).resolves.toBeDefined();
  });

  it('opens nothing for one who was deactivated', async () => {
    const { email, user } = await harness.newcomer();
    const token = await asked(email);
    await harness.query('update account set is_active = false where id = $1', [user]);
    expect(await codeOf(reset(token))).toBe('invalid_token');
    await forgot(email);
    expect((await mails(email, 2)).at(-1)).not.toMatch(/token=/);
  });

  it('gives an address back to its owner when somebody else has signed up with it', async () => {
    const email = address();
    await signup(email, 'the squatter’s password');
    const squatted = await harness.tokenFor(email);
    await reset(await asked(email));
    await expect(harness.login(email, NEW)).resolves.toBeDefined();
    expect(await codeOf(harness.login(email, 'the squatter’s password'))).toBe('invalid_credentials');
    expect(await codeOf(verify(squatted))).toBe('invalid_token');
  });

  it('sends five mails an hour to an address, from wherever they are asked for', async () => {
    const { email } = await harness.newcomer();
    for (let n = 0; n < 7; n++) await forgot(email);
    await waitUntil('an empty line', async () => (await harness.query('select from mail')).length === 0);
    expect(await harness.mailsTo(email)).toHaveLength(5);
  });

  it('slows down one network', async () => {
    const ctx = someone();
    for (let n = 0; n < 5; n++) await forgot('same@example.com', ctx);
    expect(await codeOf(forgot('same@example.com', ctx))).toBe('too_many_requests');
  });

  it('does not take a made-up token or a weak password', async () => {
    expect(await codeOf(reset('made-up'))).toBe('invalid_token');
    await expect(problemOf(reset('made-up', 'short'))).resolves.toMatchObject({ body: { detail: [{ loc: ['new_password'] }] } });
  });
});

describe('a verification that got lost', () => {
  it('is sent again with a new link, and the old one stops', async () => {
    const email = address();
    await signup(email);
    const first = await harness.tokenFor(email);
    await resend(email);
    const second = tokenIn((await mails(email, 2)).at(-1)!);
    expect(await codeOf(verify(first))).toBe('invalid_token');
    await expect(verify(second)).resolves.toBeDefined();
  });

  it('answers the same for an account and for nobody, who get no link', async () => {
    const { email } = await harness.newcomer();
    const nobody = address();
    expect(await resend(email)).toEqual(await resend(nobody));
    for (const to of [email, nobody]) expect((await mails(to, 1))[0]).not.toMatch(/token=/);
  });

  it('slows down one network', async () => {
    const ctx = someone();
    for (let n = 0; n < 5; n++) await resend('again@example.com', ctx);
    expect(await codeOf(resend('again@example.com', ctx))).toBe('too_many_requests');
  });
});
