import { auth, type FactorAnswer } from '@skep/contracts/auth';
import { codeOf, problemOf, totpCode, waitUntil, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ADMIN, type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';
import { newcomer, withTotp } from './factors.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('second', 'Second')`);
});
afterAll(() => harness?.close());

type Who = ReturnType<typeof someone>;
const address = () => `${randomBytes(6).toString('hex')}@example.com`;
const change = (ctx: Who, new_email: string, proof: FactorAnswer & { password?: string } = {}) =>
  harness.call(auth.changeEmail, ctx, { new_email, password: PASSWORD, ...proof });
const confirm = (token: string) => harness.call(auth.confirmEmail, someone(), { token });
const mailed = (email: string, what: RegExp) =>
  waitUntil(`a mail about ${what}`, async () => (await harness.mailsTo(email)).find((mail) => what.test(mail)), 10_000);

describe('a new e-mail address', () => {
  it('takes effect when its link is opened, and the old address is notified of the request and the change', async () => {
    const { email, ctx, user, tokens } = await newcomer(harness);
    const to = address();
    await change(ctx, to);
    await mailed(email, /asked to change the e-mail address/);
    const token = await harness.tokenFor(to);
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await codeOf(harness.login(to))).toBe('invalid_credentials');
    await confirm(token);
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
    const { access_token } = await harness.login(to);
    expect(claimsOf(access_token).sub).toBe(user);
    const refreshed = await harness.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token });
    expect(claimsOf(refreshed.access_token)).toMatchObject({ email: to });
    await mailed(email, /this address no longer/);
    expect(await codeOf(confirm(token))).toBe('invalid_token');
  });

  it('requires the password and, if there is one, a second factor', async () => {
    const plain = await newcomer(harness);
    const to = address();
    expect(await codeOf(change(plain.ctx, to, { password: 'not this one' }))).toBe('wrong_password');
    const { ctx, secret } = await withTotp(harness);
    expect((await problemOf(change(ctx, to))).body).toMatchObject({ status: 422, detail: [{ loc: ['code'], type: 'missing' }] });
    expect(await codeOf(change(ctx, to, { code: wrongCode(secret) }))).toBe('wrong_factor');
    expect(await codeOf(change(ctx, to, { password: 'not this one', code: totpCode(secret) }))).toBe('wrong_password');
    await expect(change(ctx, to, { code: totpCode(secret) })).resolves.toBeDefined();
  });

  it('that has an account gives the same response and gets an e-mail without a link', async () => {
    const { ctx } = await newcomer(harness);
    const other = await newcomer(harness);
    const free = address();
    expect(await change(ctx, other.email)).toEqual(await change(ctx, free));
    const mail = await mailed(other.email, /already has another account/);
    expect(mail).not.toMatch(/token=/);
    await mailed(free, /token=/);
    await expect(harness.login(other.email)).resolves.toBeDefined();
  });

  it('that someone else took in the meantime is refused', async () => {
    const { ctx } = await newcomer(harness);
    const to = address();
    await change(ctx, to);
    const token = await harness.tokenFor(to);
    await harness.newcomer(to);
    expect(await codeOf(confirm(token))).toBe('invalid_token');
  });

  it('can have an account in another tenant', async () => {
    const abroad = await newcomer(harness, 'second');
    const { ctx, user } = await newcomer(harness);
    await change(ctx, abroad.email);
    await confirm(await harness.tokenFor(abroad.email));
    expect(claimsOf((await harness.login(abroad.email)).access_token).sub).toBe(user);
    expect(await codeOf(change({ ...ctx, tenant: 'second' }, address()))).toBe('user_not_found');
  });

  it('cannot be confirmed after 24 hours, after another request or after a password change', async () => {
    const { email, ctx } = await newcomer(harness);
    const [late, replaced, last] = [address(), address(), address()];
    await change(ctx, late);
    const lateToken = await harness.tokenFor(late);
    await harness.query(`update email_change set expires_at = expires_at - interval '25 hours' where new_email = $1`, [late]);
    expect(await codeOf(confirm(lateToken))).toBe('invalid_token');
    await change(ctx, replaced);
    const replacedToken = await harness.tokenFor(replaced);
    await change(ctx, last);
    expect(await codeOf(confirm(replacedToken))).toBe('invalid_token');
    const lastToken = await harness.tokenFor(last);
    await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    await harness.call(auth.resetPassword, someone(), { token: await harness.tokenFor(email), new_password: 'another good one' });
    expect(await codeOf(confirm(lastToken))).toBe('invalid_token');
    await change(ctx, last, { password: 'another good one' });
    const again = await waitUntil('the next link', async () => {
      const newest = await harness.tokenFor(last);
      return newest === lastToken ? undefined : newest;
    });
    await harness.call(auth.changePassword, ctx, { current_password: 'another good one', new_password: PASSWORD });
    expect(await codeOf(confirm(again))).toBe('invalid_token');
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('invalidates password reset links sent to the old address', async () => {
    const { email, ctx } = await newcomer(harness);
    await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    const reset = await harness.tokenFor(email);
    const to = address();
    await change(ctx, to);
    await confirm(await harness.tokenFor(to));
    expect(await codeOf(harness.call(auth.resetPassword, someone(), { token: reset, new_password: 'another good one' }))).toBe(
      'invalid_token',
    );
  });

  it('deletes a pending sign-up for it', async () => {
    const { ctx } = await newcomer(harness);
    const to = address();
    await harness.call(auth.signup, someone(), { email: to, password: 'of somebody else', tenant_id: 'default' });
    const signup = await harness.tokenFor(to);
    await change(ctx, to);
    const token = await waitUntil('the link', async () => {
      const newest = await harness.tokenFor(to);
      return newest === signup ? undefined : newest;
    });
    await confirm(token);
    expect(await codeOf(harness.call(auth.verifyEmail, someone(), { token: signup }))).toBe('invalid_token');
  });

  it('must be valid and different', async () => {
    const { email, ctx } = await newcomer(harness);
    for (const to of [email, 'nonsense', ''])
      expect((await problemOf(change(ctx, to))).body).toMatchObject({ status: 422, detail: [{ loc: ['new_email'] }] });
  });

  it('is limited to five requests, and an address to five e-mails per hour', async () => {
    const victim = address();
    for (let n = 0; n < 7; n++) await change((await newcomer(harness)).ctx, victim);
    const { ctx } = await newcomer(harness);
    for (let n = 0; n < 5; n++) await change(ctx, address());
    const refused = await problemOf(change(ctx, address()));
    expect([refused.body.code, refused.retryAfter! > 0]).toEqual(['too_many_requests', true]);
    await waitUntil('the mails to be sent', async () => (await harness.query('select from mail')).length === 0, 10_000);
    expect(await harness.mailsTo(victim)).toHaveLength(5);
  });

  it('of the administrator does not create another administrator at the next start', async () => {
    const { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password } = ADMIN;
    const { access_token } = await harness.login(email, password);
    const ctx = someone({ tenant: 'default', user: claimsOf(access_token).sub, actor: 'user' });
    const to = address();
    await change(ctx, to, { password });
    await confirm(await harness.tokenFor(to));
    await harness.restart();
    expect(await codeOf(harness.login(email, password))).toBe('invalid_credentials');
    await expect(harness.login(to, password)).resolves.toBeDefined();
  });
});
