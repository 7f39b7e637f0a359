import type { Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';
import type { Authenticator, Faults } from './authenticator.js';
import { challenged, newcomer, ORIGIN, passkey, withPasskey, withTotp } from './factors.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth({ SKEP_PUBLIC_URL: `${ORIGIN}/` });
  await harness.query(`insert into tenant (id, name) values ('second', 'Second')`);
});
afterAll(() => harness?.close());

type Who = ReturnType<typeof someone>;
const options = async (ctx: Who) => (await harness.call(auth.passkeyOptions, ctx, { password: PASSWORD })).options;
const add = (ctx: Who, credential: Record<string, unknown>, name = 'Laptop') => harness.call(auth.addPasskey, ctx, { credential, name });
const loginOptions = async () => (await harness.call(auth.passkeyLoginOptions, someone(), {})).options;
const login = (credential: Record<string, unknown>) => harness.call(auth.loginWithPasskey, someone(), { credential });
const signIn = async (key: Authenticator, faults?: Faults) => login(key.get(await loginOptions(), faults));
const list = (ctx: Who) => harness.call(auth.listPasskeys, ctx, {});

describe('a passkey', () => {
  it('is added as a second factor, with recovery codes', async () => {
    const { email, ctx, user } = await newcomer(harness);
    const other = await harness.login(email);
    const asked = await options(ctx);
    expect(asked).toMatchObject({
      rp: { id: 'skep.example.com', name: 'Skep' },
      user: { id: Buffer.from(user).toString('base64url'), name: email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    });
    const added = await add(ctx, passkey().create(asked), 'Key ring');
    expect(added).toMatchObject({
      passkey_id: expect.stringMatching(/^pk_\w{22}$/),
      name: 'Key ring',
      backed_up: false,
      last_used_at: null,
    });
    expect(added.recovery_codes).toHaveLength(10);
    expect((await challenged(harness, email)).methods).toEqual(['passkey', 'recovery_code']);
    expect((await harness.call(auth.getMe, ctx, {})).factors).toEqual(['passkey']);
    expect(await codeOf(harness.call(auth.refresh, someone(), { refresh_token: other.refresh_token }))).toBe('invalid_refresh_token');
    await waitUntil('a mail', async () => (await harness.mailsTo(email)).some((mail) => /passkey was added/.test(mail)), 10_000);
  });

  it('signs its user in without a password or an address', async () => {
    const { key, user, ctx } = await withPasskey(harness);
    const tokens = await signIn(key);
    expect(claimsOf(tokens.access_token).sub).toBe(user);
    expect((await list(ctx))[0]!.last_used_at).not.toBeNull();
    await expect(signIn(key)).resolves.toBeDefined();
  });

  it.each<[string, Faults]>([
    ['signed a challenge of its own', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['was used on another origin', { origin: 'https://skep.example.org' }],
    ['belongs to another relying party', { rpId: 'example.org' }],
    ['did not verify the user', { unverified: true }],
    ['was signed with another key', { key: 'another' }],
    ['has a lower signature counter', { signCount: 1 }],
    ['names another user', { userHandle: Buffer.from('imp_u_somebody').toString('base64url') }],
  ])('does not sign in if it %s', async (_, faults) => {
    const { key } = await withPasskey(harness);
    for (let n = 0; n < 3; n++) await signIn(key);
    expect(await codeOf(signIn(key, faults))).toBe('wrong_factor');
    await expect(signIn(key)).resolves.toBeDefined();
  });

  it('answers a challenge once and within five minutes', async () => {
    const { key } = await withPasskey(harness);
    const asked = await loginOptions();
    const signed = key.get(asked);
    await login(signed);
    expect(await codeOf(login(signed))).toBe('wrong_factor');
    expect(await codeOf(login(key.get(asked)))).toBe('wrong_factor');
    const late = key.get(await loginOptions());
    await harness.query(`update challenge set expires_at = expires_at - interval '301 seconds'`);
    expect(await codeOf(login(late))).toBe('wrong_factor');
  });

  it('that is unknown or belongs to an inactive user does not sign in', async () => {
    expect(await codeOf(signIn(passkey()))).toBe('wrong_factor');
    const { key, user } = await withPasskey(harness);
    await harness.query('update account set is_active = false where id = $1', [user]);
    expect(await codeOf(signIn(key))).toBe('wrong_factor');
  });

  it.each([{}, { id: 1, response: null }, { id: 'x', response: { clientDataJSON: 'bm8' } }])(
    'that is malformed does not sign in: %j',
    async (credential) => {
      expect(await codeOf(login(credential))).toBe('wrong_factor');
      const { ctx } = await newcomer(harness);
      expect(await codeOf(add(ctx, credential))).toBe('wrong_factor');
    },
  );
});

describe('adding a passkey', () => {
  it('requires the password or a factor', async () => {
    const { ctx } = await newcomer(harness);
    expect(await codeOf(harness.call(auth.passkeyOptions, ctx, { password: 'not this one' }))).toBe('wrong_password');
    expect((await problemOf(harness.call(auth.passkeyOptions, ctx, {}))).body).toMatchObject({
      status: 422,
      detail: [{ loc: ['password'] }],
    });
    const second = await withPasskey(harness);
    const passkeyProof = { passkey: second.key.get(await loginOptions()) };
    await expect(harness.call(auth.passkeyOptions, second.ctx, passkeyProof)).resolves.toBeDefined();
    expect(await codeOf(harness.call(auth.passkeyOptions, second.ctx, passkeyProof))).toBe('wrong_factor');
    expect(await codeOf(harness.call(auth.passkeyOptions, ctx, { passkey: second.key.get(await loginOptions()) }))).toBe('wrong_factor');
  });

  it.each<[string, Faults]>([
    ['of another origin', { origin: 'https://skep.example.org' }],
    ['without user verification', { unverified: true }],
    ['for a challenge that was not issued', { challenge: Buffer.alloc(32).toString('base64url') }],
  ])('rejects one %s and consumes the challenge that it names', async (_, faults) => {
    const { ctx } = await newcomer(harness);
    const asked = await options(ctx);
    expect(await codeOf(add(ctx, passkey().create(asked, faults)))).toBe('wrong_factor');
    const again = await add(ctx, passkey().create(asked)).then(
      ({ name }) => name,
      ({ body }: Problem) => body.code,
    );
    expect(again).toBe(faults.challenge ? 'Laptop' : 'wrong_factor');
  });

  it('rejects a challenge of another user or of a login, and a registered passkey', async () => {
    const { ctx, key } = await withPasskey(harness);
    const other = await newcomer(harness);
    expect(await codeOf(add(other.ctx, passkey().create(await options(ctx))))).toBe('wrong_factor');
    expect(await codeOf(add(ctx, passkey().create({ ...(await loginOptions()), user: { id: '' } })))).toBe('wrong_factor');
    expect((await options(ctx))['excludeCredentials']).toHaveLength(1);
    expect(await codeOf(add(ctx, key.create(await options(ctx))))).toBe('conflict');
  });

  it('keeps the recovery codes of an authenticator app', async () => {
    const { added } = await withPasskey(harness, await withTotp(harness));
    expect(added.recovery_codes).toEqual([]);
  });
});

describe('my passkeys', () => {
  it('are listed, renamed and removed; without any the account has no second factor', async () => {
    const { email, ctx, added } = await withPasskey(harness);
    const { passkey_id } = added;
    expect(await harness.call(auth.renamePasskey, ctx, { passkey_id, name: 'Old laptop' })).toMatchObject({
      passkey_id,
      name: 'Old laptop',
    });
    expect(await list(ctx)).toMatchObject([{ passkey_id, name: 'Old laptop' }]);
    expect((await problemOf(harness.call(auth.renamePasskey, ctx, { passkey_id, name: '' }))).body.status).toBe(422);
    const remove = (proof: object) => harness.call(auth.removePasskey, ctx, { passkey_id, ...proof });
    expect(await codeOf(remove({ password: 'not this one' }))).toBe('wrong_password');
    await remove({ password: PASSWORD });
    expect(await list(ctx)).toEqual([]);
    await expect(harness.login(email)).resolves.toBeDefined();
    expect(await codeOf(remove({ password: PASSWORD }))).toBe('passkey_not_found');
  });

  it('are not accessible to another user, nor to the same id in another tenant', async () => {
    const { ctx, added, key } = await withPasskey(harness);
    const { passkey_id } = added;
    const other = await newcomer(harness);
    const abroad = { ...ctx, tenant: 'second' };
    for (const who of [other.ctx, abroad]) {
      expect(await list(who)).toEqual([]);
      expect(await codeOf(harness.call(auth.renamePasskey, who, { passkey_id, name: 'Mine' }))).toBe('passkey_not_found');
    }
    expect(await codeOf(harness.call(auth.removePasskey, other.ctx, { passkey_id, password: PASSWORD }))).toBe('passkey_not_found');
    expect(await codeOf(harness.call(auth.removePasskey, abroad, { passkey_id, password: PASSWORD }))).toBe('user_not_found');
    await expect(signIn(key)).resolves.toBeDefined();
  });

  it('do not sign in after they are removed, while the others do', async () => {
    const first = await withPasskey(harness);
    const second = await withPasskey(harness, first);
    await harness.call(auth.removePasskey, first.ctx, {
      passkey_id: first.added.passkey_id,
      passkey: second.key.get(await loginOptions()),
    });
    expect(await codeOf(signIn(first.key))).toBe('wrong_factor');
    await expect(signIn(second.key)).resolves.toBeDefined();
  });
});
