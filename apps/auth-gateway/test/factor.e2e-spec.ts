import { auth, type FactorAnswer, type SessionRevoked } from '@skep/contracts/auth';
import { codeOf, codesOf, problemOf, totpCode, waitUntil, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';
import { answer, challenged, newcomer, ORIGIN, passkey, withPasskey, withTotp } from './factors.js';

let harness: AuthHarness;
const revocations: SessionRevoked[] = [];
beforeAll(async () => {
  harness = await startAuth({ SKEP_PUBLIC_URL: ORIGIN });
  await harness.query(`insert into tenant (id, name) values ('second', 'Second')`);
  harness.bus.subscribe(auth.sessionRevoked, (revoked) => revocations.push(revoked));
});
afterAll(() => harness?.close());

const RIGHT = { password: PASSWORD };
type Who = ReturnType<typeof someone>;
const factors = (ctx: Who) => harness.call(auth.listFactors, ctx, {});
const mailed = (email: string, what: RegExp) =>
  waitUntil(`a mail about ${what}`, async () => (await harness.mailsTo(email)).find((mail) => what.test(mail)), 10_000);

describe('an authenticator app', () => {
  it('is confirmed by its first code, which gives ten recovery codes, revokes the other sessions and sends an e-mail', async () => {
    const { email, ctx, user, tokens } = await newcomer(harness);
    const other = await harness.login(email);
    const { secret, otpauth_url } = await harness.call(auth.startTotp, ctx, RIGHT);
    expect(new URL(otpauth_url).searchParams.get('secret')).toBe(secret);
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await factors(ctx)).toEqual({ second_factor: false, totp_since: null, passkeys: [], recovery_codes_left: 0 });
    const { recovery_codes } = await harness.call(auth.confirmTotp, ctx, { code: totpCode(secret) });
    expect(new Set(recovery_codes).size).toBe(10);
    expect(await factors(ctx)).toMatchObject({ second_factor: true, totp_since: expect.any(Date), recovery_codes_left: 10 });
    expect((await harness.call(auth.getMe, ctx, {})).factors).toEqual(['totp']);
    expect(await codeOf(harness.login(email))).toBe('second_factor_required');
    await mailed(email, /authenticator app was added/);
    const end = await waitUntil(
      'the event',
      () => revocations.find(({ session_id }) => session_id === claimsOf(other.access_token).sid),
      10_000,
    );
    expect(end.reason).toBe('factor_changed');
    await expect(harness.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token })).resolves.toBeDefined();
    const kept = await harness.query('select t.*, r.* from totp t join recovery_code r using (account_id) where account_id = $1', [user]);
    for (const plain of [secret, ...recovery_codes]) expect(JSON.stringify(kept)).not.toContain(plain);
  });

  it('is not added without the password or a factor, nor confirmed with a wrong or late code', async () => {
    const { ctx, user } = await newcomer(harness);
    expect(await codeOf(harness.call(auth.startTotp, ctx, { password: 'not this one' }))).toBe('wrong_password');
    expect((await problemOf(harness.call(auth.startTotp, ctx, {}))).body).toMatchObject({ status: 422, detail: [{ loc: ['password'] }] });
    expect(await codeOf(harness.call(auth.confirmTotp, ctx, { code: '123456' }))).toBe('factor_not_found');
    const { secret } = await harness.call(auth.startTotp, ctx, RIGHT);
    expect(await codeOf(harness.call(auth.confirmTotp, ctx, { code: wrongCode(secret) }))).toBe('wrong_factor');
    expect((await problemOf(harness.call(auth.confirmTotp, ctx, { code: 'abcdef' }))).body).toMatchObject({ status: 422 });
    await harness.query(`update totp set created_at = created_at - interval '601 seconds' where account_id = $1`, [user]);
    expect(await codeOf(harness.call(auth.confirmTotp, ctx, { code: totpCode(secret) }))).toBe('factor_not_found');
  });

  it('that is pending is replaced by the next one; a confirmed one is not', async () => {
    const { ctx } = await newcomer(harness);
    const first = await harness.call(auth.startTotp, ctx, RIGHT);
    const second = await harness.call(auth.startTotp, ctx, RIGHT);
    expect(await codeOf(harness.call(auth.confirmTotp, ctx, { code: totpCode(first.secret) }))).toBe('wrong_factor');
    await harness.call(auth.confirmTotp, ctx, { code: totpCode(second.secret) });
    expect(await codeOf(harness.call(auth.startTotp, ctx, RIGHT))).toBe('conflict');
  });

  it.each(['password', 'code', 'recovery_code'] as const)('is removed with the %s, and the recovery codes with it', async (way) => {
    const { email, ctx, secret, recovery_codes } = await withTotp(harness);
    const proof = {
      password: { password: PASSWORD },
      code: { code: totpCode(secret) },
      recovery_code: { recovery_code: recovery_codes[3]! },
    }[way];
    expect(await codeOf(harness.call(auth.disableTotp, ctx, { code: wrongCode(secret) }))).toBe('wrong_factor');
    await harness.call(auth.disableTotp, ctx, proof);
    expect(await factors(ctx)).toMatchObject({ second_factor: false, recovery_codes_left: 0 });
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await codeOf(harness.call(auth.disableTotp, ctx, RIGHT))).toBe('factor_not_found');
    await mailed(email, /authenticator app was removed/);
  });

  it('is not accessible to another user, nor to the same id in another tenant', async () => {
    const { ctx } = await withTotp(harness);
    const other = await newcomer(harness);
    const abroad = { ...ctx, tenant: 'second' };
    expect(await factors(other.ctx)).toMatchObject({ totp_since: null });
    expect(await codeOf(harness.call(auth.disableTotp, other.ctx, RIGHT))).toBe('factor_not_found');
    for (const code of await codesOf([
      factors(abroad),
      harness.call(auth.disableTotp, abroad, RIGHT),
      harness.call(auth.startTotp, abroad, RIGHT),
    ]))
      expect(code).toBe('user_not_found');
    expect(await codeOf(harness.call(auth.confirmTotp, abroad, { code: '123456' }))).toBe('user_not_found');
    expect(await codeOf(harness.call(auth.regenerateRecoveryCodes, abroad, RIGHT))).toBe('user_not_found');
  });

  it('limits guessing with a stolen session, also under an Idempotency-Key, whose failed attempts are rolled back', async () => {
    const { ctx, secret } = await withTotp(harness);
    for (let n = 0; n < 10; n++) {
      const guess = harness.call(auth.disableTotp, { ...ctx, idempotencyKey: `guess ${n}` }, { code: wrongCode(secret) });
      expect(await codeOf(guess)).toBe('wrong_factor');
    }
    const refused = await problemOf(harness.call(auth.disableTotp, ctx, { code: totpCode(secret) }));
    expect([refused.body.code, refused.retryAfter! > 0]).toEqual(['too_many_requests', true]);
    const change = (n: number) =>
      harness.call(auth.changePassword, { ...ctx, idempotencyKey: `${n}` }, { current_password: 'wrong', new_password: PASSWORD });
    for (let n = 0; n < 10; n++) expect(await codeOf(change(n))).toBe('wrong_password');
    expect(await codeOf(change(10))).toBe('too_many_requests');
  });
});

describe('a user who lost every factor', () => {
  const remove = (email: string, tenant_id = 'default') =>
    harness.call(auth.removeFactors, someone({ actor: 'operator' }), { email, tenant_id });

  it('signs in with the password alone after the operator removed the factors, and gets an e-mail', async () => {
    const { email, ctx, key, tokens } = await withPasskey(harness, await withTotp(harness));
    await remove(email);
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await factors(ctx)).toEqual({ second_factor: false, totp_since: null, passkeys: [], recovery_codes_left: 0 });
    const { options } = await harness.call(auth.passkeyLoginOptions, someone(), {});
    expect(await codeOf(harness.call(auth.loginWithPasskey, someone(), { credential: key.get(options) }))).toBe('wrong_factor');
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token }))).toBe('invalid_refresh_token');
    await mailed(email, /removed all second factors/);
    expect(await codeOf(remove(email))).toBe('factor_not_found');
  });

  it('is one user of one tenant', async () => {
    const { email } = await withTotp(harness);
    expect(await codeOf(remove(email, 'second'))).toBe('user_not_found');
    expect(await codeOf(remove('nobody@example.com'))).toBe('user_not_found');
    expect(await codeOf(harness.login(email))).toBe('second_factor_required');
  });
});

describe('the security events of a user', () => {
  it('contain every change of a factor, used recovery codes, and failed second factors', async () => {
    const { email, ctx, user, recovery_codes, secret } = await withTotp(harness);
    const { added } = await withPasskey(harness, { ...(await newcomer(harness)), user, ctx, email });
    await answer(harness, (await challenged(harness, email)).challenge, { recovery_code: recovery_codes[0]! });
    const { challenge } = await challenged(harness, email);
    for (let n = 0; n < 5; n++) await codeOf(answer(harness, challenge, { code: wrongCode(secret) }));
    await harness.call(auth.regenerateRecoveryCodes, ctx, RIGHT);
    await harness.call(auth.removePasskey, ctx, { passkey_id: added.passkey_id, ...RIGHT });
    await harness.call(auth.disableTotp, ctx, RIGHT);
    const { items } = await harness.call(auth.listSecurityEvents, ctx, { page: 1, per_page: 50 });
    const expected = [
      ...['totp.added', 'passkey.added', 'recovery_code.used', 'login.second_factor_failed'],
      ...['recovery_codes.renewed', 'passkey.removed', 'totp.removed'],
    ];
    const recorded = items.filter(({ action }) => expected.includes(action)).reverse();
    expect(recorded.map(({ action }) => action)).toEqual(expected);
    expect(recorded.filter(({ by_you }) => !by_you).map(({ action }) => action)).toEqual(['login.second_factor_failed']);
  });
});

describe('recovery codes', () => {
  it('work once each, however they are typed, and send an e-mail', async () => {
    const { email, ctx, recovery_codes } = await withTotp(harness);
    const code = recovery_codes[0]!.toLowerCase().replace('-', ' ');
    const use = async (recovery_code: string) => answer(harness, (await challenged(harness, email)).challenge, { recovery_code });
    expect((await use(code)).access_token).toBeDefined();
    expect(await codeOf(use(code))).toBe('wrong_factor');
    expect((await factors(ctx)).recovery_codes_left).toBe(9);
    await mailed(email, /recovery codes of your account/);
  });

  it('are replaced by new ones, and those of another user do not work', async () => {
    const { email, ctx, recovery_codes } = await withTotp(harness);
    const other = await withTotp(harness);
    const made = await harness.call(auth.regenerateRecoveryCodes, ctx, RIGHT);
    const { challenge } = await challenged(harness, email);
    for (const recovery_code of [recovery_codes[0]!, other.recovery_codes[0]!])
      expect(await codeOf(answer(harness, challenge, { recovery_code }))).toBe('wrong_factor');
    await expect(answer(harness, challenge, { recovery_code: made.recovery_codes[9]! })).resolves.toBeDefined();
  });

  it('require a factor', async () => {
    const { ctx } = await newcomer(harness);
    expect(await codeOf(harness.call(auth.regenerateRecoveryCodes, ctx, RIGHT))).toBe('factor_not_found');
    expect(await codeOf(harness.call(auth.regenerateRecoveryCodes, ctx, { password: 'not this one' }))).toBe('wrong_password');
  });
});

describe('a login with a second factor', () => {
  it('gives a challenge with its methods, and tokens for a correct code', async () => {
    const { email, user, secret } = await withTotp(harness);
    const { body } = await problemOf(harness.login(email));
    expect(body).toEqual({
      code: 'second_factor_required',
      status: 401,
      title: expect.any(String),
      type: '/problems/second_factor_required',
      detail: expect.stringMatching(/second factor/),
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      methods: ['totp', 'recovery_code'],
      expires_in: 300,
    });
    const tokens = await answer(harness, String((body as unknown as { challenge: string }).challenge), {
      code: totpCode(secret).replace(/^.../, '$& '),
    });
    expect(claimsOf(tokens.access_token).sub).toBe(user);
    await expect(harness.call(auth.refresh, someone(), tokens)).resolves.toBeDefined();
  });

  it('gives the same error for a wrong password as without factors', async () => {
    const plain = await newcomer(harness);
    const { email } = await withTotp(harness);
    const [a, b] = await Promise.all([
      problemOf(harness.login(email, 'not this one')),
      problemOf(harness.login(plain.email, 'not this one')),
    ]);
    expect(a.body).toEqual(b.body);
  });

  it('accepts a code once, also for a second challenge', async () => {
    const { email, secret } = await withTotp(harness);
    const [mine, theirs] = await Promise.all([challenged(harness, email), challenged(harness, email)]);
    const code = totpCode(secret);
    await answer(harness, mine.challenge, { code });
    expect(await codeOf(answer(harness, theirs.challenge, { code }))).toBe('wrong_factor');
    expect(await codeOf(answer(harness, theirs.challenge, { code: totpCode(secret, -1) }))).toBe('wrong_factor');
  });

  it('gives one session for concurrent answers to the same challenge', async () => {
    const { email, user, recovery_codes } = await withTotp(harness);
    const { challenge } = await challenged(harness, email);
    const all = await Promise.allSettled(recovery_codes.map((recovery_code) => answer(harness, challenge, { recovery_code })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await harness.query('select count(*)::int as n from recovery_code where account_id = $1', [user])).toEqual([{ n: 9 }]);
  });

  it('requires exactly one factor and a challenge for a login', async () => {
    const { email, secret, recovery_codes } = await withTotp(harness);
    const { challenge } = await challenged(harness, email);
    const both = { code: totpCode(secret), recovery_code: recovery_codes[0]! };
    for (const given of [{}, both] as FactorAnswer[]) expect((await problemOf(answer(harness, challenge, given))).body.status).toBe(422);
    expect(await codeOf(answer(harness, randomBytes(32).toString('base64url'), { code: totpCode(secret) }))).toBe('challenge_ended');
    const { options } = await harness.call(auth.passkeyLoginOptions, someone(), {});
    expect(await codeOf(answer(harness, String(options['challenge']), { code: totpCode(secret) }))).toBe('challenge_ended');
  });

  it('is invalid after a password change, and a login after a reset asks for a factor again', async () => {
    const { email, ctx, secret, forgetUsedCodes } = await withTotp(harness);
    const before = await challenged(harness, email);
    await harness.call(auth.changePassword, ctx, { current_password: PASSWORD, new_password: 'another good one' });
    expect(await codeOf(answer(harness, before.challenge, { code: totpCode(secret) }))).toBe('challenge_ended');
    await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    await harness.call(auth.resetPassword, someone(), { token: await harness.tokenFor(email), new_password: 'a third good one' });
    expect(await codeOf(harness.login(email, 'another good one'))).toBe('invalid_credentials');
    const { challenge } = await challenged(harness, email, 'a third good one');
    await forgetUsedCodes();
    await expect(answer(harness, challenge, { code: totpCode(secret) })).resolves.toBeDefined();
  });

  it('limits guessing per network, and the correct password does not reset the limit', async () => {
    const { email, recovery_codes } = await withTotp(harness);
    const thief = someone();
    const guess = async (ctx: Who, recovery_code: string) =>
      answer(harness, (await challenged(harness, email, PASSWORD, ctx)).challenge, { recovery_code }, ctx);
    for (let n = 0; n < 10; n++) expect(await codeOf(guess(thief, 'AAAAA-AAAAA'))).toBe('wrong_factor');
    expect(await codeOf(guess(thief, recovery_codes[0]!))).toBe('too_many_requests');
    await expect(guess(someone(), recovery_codes[0]!)).resolves.toBeDefined();
  });

  it('limits guessing of codes from all networks, warns the user, and still accepts other factors', async () => {
    const { email, ctx, secret, recovery_codes } = await withTotp(harness);
    const guess = async (factor: FactorAnswer, password = PASSWORD) =>
      answer(harness, (await challenged(harness, email, password)).challenge, factor);
    for (let n = 0; n < 4; n++) {
      const { challenge } = await challenged(harness, email);
      for (let m = 0; m < 5; m++) expect(await codeOf(answer(harness, challenge, { code: wrongCode(secret) }))).toBe('wrong_factor');
      expect(await codeOf(answer(harness, challenge, { code: totpCode(secret) }))).toBe('challenge_ended');
    }
    expect(await codeOf(guess({ code: totpCode(secret) }))).toBe('too_many_requests');
    await mailed(email, /Someone knows your password/);
    await expect(guess({ recovery_code: recovery_codes[0]! })).resolves.toBeDefined();
    await harness.call(auth.changePassword, ctx, { current_password: PASSWORD, new_password: 'another good one' });
    await expect(guess({ code: totpCode(secret) }, 'another good one')).resolves.toBeDefined();
  });

  it('that runs while a factor is added leaves no session', async () => {
    const { email, ctx } = await newcomer(harness);
    const { secret } = await harness.call(auth.startTotp, ctx, RIGHT);
    const logins = Promise.allSettled(Array.from({ length: 6 }, () => harness.login(email)));
    await harness.call(auth.confirmTotp, ctx, { code: totpCode(secret) });
    for (const login of await logins)
      if (login.status === 'fulfilled')
        expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token: login.value.refresh_token }))).toBe(
          'invalid_refresh_token',
        );
  });

  it('accepts a passkey that signs this challenge', async () => {
    const person = await withTotp(harness);
    const { email, key } = await withPasskey(harness, person);
    const [one, two] = [await challenged(harness, email), await challenged(harness, email)];
    expect(one.methods).toEqual(['totp', 'passkey', 'recovery_code']);
    expect(one.passkey_options).toMatchObject({ challenge: one.challenge, rpId: 'skep.example.com', userVerification: 'required' });
    expect(await codeOf(answer(harness, one.challenge, { passkey: key.get(two.passkey_options!) }))).toBe('wrong_factor');
    expect(await codeOf(answer(harness, one.challenge, { passkey: passkey().get(one.passkey_options!) }))).toBe('wrong_factor');
    const signed = key.get(one.passkey_options!);
    await expect(answer(harness, one.challenge, { passkey: signed })).resolves.toBeDefined();
    expect(await codeOf(answer(harness, one.challenge, { passkey: signed }))).toBe('challenge_ended');
  });
});
