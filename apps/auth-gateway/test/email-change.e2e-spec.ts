import { auth, type FactorAnswer } from '@skep/contracts';
import { codeOf, problemOf, totpCode, until, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ADMIN, type AuthDoor, claimsOf, openAuth, PASSWORD, someone } from './auth.js';
import { newcomer, withTotp } from './factors.js';

let door: AuthDoor;
beforeAll(async () => {
  door = await openAuth();
  await door.query(`insert into tenant (id, name) values ('second', 'Second')`);
});
afterAll(() => door?.close());

type Who = ReturnType<typeof someone>;
const address = () => `${randomBytes(6).toString('hex')}@example.com`;
const change = (ctx: Who, new_email: string, proof: FactorAnswer & { password?: string } = {}) =>
  door.call(auth.changeEmail, ctx, { new_email, password: PASSWORD, ...proof });
const confirm = (token: string) => door.call(auth.confirmEmail, someone(), { token });
const mailed = (email: string, what: RegExp) =>
  until(`a mail about ${what}`, async () => (await door.mailsTo(email)).find((mail) => what.test(mail)), 10_000);

describe('another e-mail address', () => {
  it('counts once the link in the mail to it is opened; the old one is told at once and afterwards', async () => {
    const { email, ctx, user, tokens } = await newcomer(door);
    const to = address();
    await change(ctx, to);
    await mailed(email, /has asked for another e-mail address/);
    const token = await door.tokenFor(to);
    await expect(door.login(email)).resolves.toBeDefined();
    expect(await codeOf(door.login(to))).toBe('invalid_credentials');
    await confirm(token);
    expect(await codeOf(door.login(email))).toBe('invalid_credentials');
    const { access_token } = await door.login(to);
    expect(claimsOf(access_token).sub).toBe(user);
    const refreshed = await door.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token });
    expect(claimsOf(refreshed.access_token)).toMatchObject({ email: to });
    await mailed(email, /this one opens it no longer/);
    expect(await codeOf(confirm(token))).toBe('invalid_token');
  });

  it('takes the password, and a second factor where there is one', async () => {
    const plain = await newcomer(door);
    const to = address();
    expect(await codeOf(change(plain.ctx, to, { password: 'not this one' }))).toBe('wrong_password');
    const { ctx, secret } = await withTotp(door);
    expect((await problemOf(change(ctx, to))).body).toMatchObject({ status: 422, detail: [{ loc: ['code'], type: 'missing' }] });
    expect(await codeOf(change(ctx, to, { code: wrongCode(secret) }))).toBe('wrong_factor');
    expect(await codeOf(change(ctx, to, { password: 'not this one', code: totpCode(secret) }))).toBe('wrong_password');
    await expect(change(ctx, to, { code: totpCode(secret) })).resolves.toBeDefined();
  });

  it('that has an account gets the same answer and a mail without a link', async () => {
    const { ctx } = await newcomer(door);
    const other = await newcomer(door);
    const free = address();
    expect(await change(ctx, other.email)).toEqual(await change(ctx, free));
    const mail = await mailed(other.email, /another account with it already/);
    expect(mail).not.toMatch(/token=/);
    await mailed(free, /token=/);
    await expect(door.login(other.email)).resolves.toBeDefined();
  });

  it('that somebody else has taken meanwhile is not given away', async () => {
    const { ctx } = await newcomer(door);
    const to = address();
    await change(ctx, to);
    const token = await door.tokenFor(to);
    await door.newcomer(to);
    expect(await codeOf(confirm(token))).toBe('invalid_token');
  });

  it('may be the one that has an account in another tenant', async () => {
    const abroad = await newcomer(door, 'second');
    const { ctx, user } = await newcomer(door);
    await change(ctx, abroad.email);
    await confirm(await door.tokenFor(abroad.email));
    expect(claimsOf((await door.login(abroad.email)).access_token).sub).toBe(user);
    expect(await codeOf(change({ ...ctx, tenant: 'second' }, address()))).toBe('user_not_found');
  });

  it('cannot be confirmed after a day, after another wish, or with another password', async () => {
    const { email, ctx } = await newcomer(door);
    const [late, replaced, last] = [address(), address(), address()];
    await change(ctx, late);
    const lateToken = await door.tokenFor(late);
    await door.query(`update email_change set expires_at = expires_at - interval '25 hours' where new_email = $1`, [late]);
    expect(await codeOf(confirm(lateToken))).toBe('invalid_token');
    await change(ctx, replaced);
    const replacedToken = await door.tokenFor(replaced);
    await change(ctx, last);
    expect(await codeOf(confirm(replacedToken))).toBe('invalid_token');
    const lastToken = await door.tokenFor(last);
    await door.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    await door.call(auth.resetPassword, someone(), { token: await door.tokenFor(email), new_password: 'another good one' });
    expect(await codeOf(confirm(lastToken))).toBe('invalid_token');
    await change(ctx, last, { password: 'another good one' });
    const again = await until('the next link', async () => {
      const newest = await door.tokenFor(last);
      return newest === lastToken ? undefined : newest;
    });
    await door.call(auth.changePassword, ctx, { current_password: 'another good one', new_password: PASSWORD });
    expect(await codeOf(confirm(again))).toBe('invalid_token');
    await expect(door.login(email)).resolves.toBeDefined();
  });

  it('ends links to a new password that went to the old one', async () => {
    const { email, ctx } = await newcomer(door);
    await door.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    const reset = await door.tokenFor(email);
    const to = address();
    await change(ctx, to);
    await confirm(await door.tokenFor(to));
    expect(await codeOf(door.call(auth.resetPassword, someone(), { token: reset, new_password: 'another good one' }))).toBe(
      'invalid_token',
    );
  });

  it('voids a sign-up that waits for it', async () => {
    const { ctx } = await newcomer(door);
    const to = address();
    await door.call(auth.signup, someone(), { email: to, password: 'of somebody else', tenant_id: 'default' });
    const signup = await door.tokenFor(to);
    await change(ctx, to);
    const token = await until('the link', async () => {
      const newest = await door.tokenFor(to);
      return newest === signup ? undefined : newest;
    });
    await confirm(token);
    expect(await codeOf(door.call(auth.verifyEmail, someone(), { token: signup }))).toBe('invalid_token');
  });

  it('is another one, and an address at all', async () => {
    const { email, ctx } = await newcomer(door);
    for (const to of [email, 'nonsense', ''])
      expect((await problemOf(change(ctx, to))).body).toMatchObject({ status: 422, detail: [{ loc: ['new_email'] }] });
  });

  it('is asked for five times and then more slowly, and no mailbox is flooded', async () => {
    const victim = address();
    for (let n = 0; n < 7; n++) await change((await newcomer(door)).ctx, victim);
    const { ctx } = await newcomer(door);
    for (let n = 0; n < 5; n++) await change(ctx, address());
    const refused = await problemOf(change(ctx, address()));
    expect([refused.body.code, refused.retryAfter! > 0]).toEqual(['too_many_requests', true]);
    await until('the mails to be sent', async () => (await door.query('select from mail')).length === 0, 10_000);
    expect(await door.mailsTo(victim)).toHaveLength(5);
  });

  it('of the administrator does not bring another one with the next start', async () => {
    const { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password } = ADMIN;
    const { access_token } = await door.login(email, password);
    const ctx = someone({ tenant: 'default', user: claimsOf(access_token).sub, actor: 'user' });
    const to = address();
    await change(ctx, to, { password });
    await confirm(await door.tokenFor(to));
    await door.restart();
    expect(await codeOf(door.login(email, password))).toBe('invalid_credentials');
    await expect(door.login(to, password)).resolves.toBeDefined();
  });
});
