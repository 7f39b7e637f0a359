import { auth } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { codeOf, type Firebase, startFirebase, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type AuthHarness, someone, startAuth } from './auth.js';

let harness: AuthHarness;
let firebase: Firebase;
const admin = (more: Partial<Ctx> = {}) =>
  someone({ tenant: 'default', user: 'imp_u_boss', role: 'admin', scopes: ['*'], actor: 'user', ...more });
const coach = () => someone({ tenant: 'default', actor: 'service:coach', scopes: ['*'] });
const now = () => Math.floor(Date.now() / 1_000);

beforeAll(async () => {
  firebase = await startFirebase();
  harness = await startAuth(firebase.env);
});
beforeEach(() => void (firebase.mood = {}));
afterAll(async () => {
  await harness?.close();
  await firebase?.close();
});

const newcomer = () => {
  const sub = randomUUID();
  return { sub, email: `${sub}@example.com`, email_verified: true };
};
const identify = (token: string) => harness.call(auth.identifyFirebase, someone({ actor: 'service:api-gateway' }), { token });
const signIn = (claims: { sub: string }, how = {}) => identify(firebase.idToken(claims, how));
const refuses = async (claims: object = {}, how = {}) =>
  expect(await codeOf(signIn({ ...newcomer(), ...claims }, how))).toBe('invalid_credentials');
/** Firebase is asked at each try, as after a minute. After a failure, as on a busy machine, it is left alone for ten seconds. */
const refusesSoon = (claims: { sub: string }) =>
  waitUntil(
    'a refusal',
    async () => {
      await laterOn(claims.sub);
      return signIn(claims).then(
        () => false,
        () => true,
      );
    },
    20_000,
  );
const accountOf = async (id: string) => (await harness.query('select * from account where id = $1', [id]))[0];
/** As after a minute: Firebase is asked again. */
const laterOn = (sub: string) => harness.query('update firebase_identity set checked_at = null where subject = $1', [sub]);

describe('a Firebase ID token', () => {
  it('creates an account without a password the first time, and finds it later', async () => {
    const ada = newcomer();
    const first = await signIn(ada);
    expect(first).toMatchObject({ email: ada.email, role: 'user', tenant_id: 'default', scopes: expect.arrayContaining(['coach:use']) });
    expect(Math.abs(first.signed_in_at.getTime() / 1_000 - now())).toBeLessThan(5);
    expect((await signIn(ada)).user_id).toBe(first.user_id);
    expect(await accountOf(first.user_id)).toMatchObject({
      ...{ email: ada.email, password_hash: null, auth_method: 'firebase', last_login: expect.any(Date) },
    });
  });

  it('makes one account when five come at once', async () => {
    const token = firebase.idToken(newcomer());
    const all = await Promise.all(Array.from({ length: 5 }, () => identify(token)));
    expect(new Set(all.map(({ user_id }) => user_id)).size).toBe(1);
    expect(await harness.query('select from account where email = $1', [all[0]!.email])).toHaveLength(1);
  });

  it('works without an address: by phone, or anonymous', async () => {
    const { user_id, email } = await signIn({ sub: randomUUID() });
    expect(email).toBe('');
    expect((await harness.call(auth.describeUser, someone(), { user_id, tenant_id: 'default' })).email).toBe('');
  });

  it.each([
    ['has an account', true],
    ['is not verified', false],
  ])('gets no account by an address that %s, and not the address', async (_, isTaken) => {
    const ada = { ...newcomer(), email_verified: isTaken };
    const owner = isTaken ? await harness.newcomer(ada.email) : undefined;
    const user = await signIn(ada);
    expect(user.email).toBe(ada.email);
    expect(user.user_id).not.toBe(owner?.user);
    expect((await accountOf(user.user_id))?.['email']).not.toBe(ada.email);
  });

  it('gives its account no password, by a reset or otherwise', async () => {
    const { email } = await signIn(newcomer());
    await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    expect(await harness.query('select token_sent from password_reset where email = $1', [email])).toEqual([{ token_sent: false }]);
    expect(await codeOf(harness.login(email))).toBe('invalid_credentials');
  });
});

describe('is refused', () => {
  it.each([
    ['that has expired', { exp: now() - 1 }],
    ['without an expiry', { exp: undefined }],
    ['issued in the future', { iat: now() + 3_600 }],
    ['without a time of issue', { iat: undefined }],
    ['signed in in the future', { auth_time: now() + 3_600 }],
    ['without a time of sign-in', { auth_time: undefined }],
    ['of another issuer', { iss: 'https://securetoken.google.com/other' }],
    ['for another project', { aud: 'other' }],
    ['for several projects', { aud: ['skep-test', 'other'] }],
    ['without a subject', { sub: '' }],
    ['with a subject of 129 characters', { sub: 'a'.repeat(129) }],
  ])('a token %s', (_, claims) => refuses(claims));

  it.each([
    ['without a signature (alg none)', { alg: 'none' }],
    ['signed with the public key as a secret (HS256)', { alg: 'HS256' }],
    ['of a stranger, with a known key id', { by: 'stranger' }],
    ['of a stranger, with an unknown key id', { by: 'unknown' }],
  ])('a token %s', (_, how) => refuses({}, how));

  it.each(['nonsense', 'a.b.c', ''])('what is no token: %j', async (token) => {
    expect(['invalid_credentials', 'invalid_input']).toContain(await codeOf(identify(token)));
  });

  it('a user who was deactivated', async () => {
    const ada = newcomer();
    const { user_id } = await signIn(ada);
    await harness.call(auth.updateUser, admin(), { user_id, is_active: false });
    await refuses(ada);
  });

  it('a user of a suspended tenant', async () => {
    const ada = newcomer();
    await signIn(ada);
    await harness.query(`update tenant set is_active = false where id = 'default'`);
    await refuses(ada);
    await harness.query(`update tenant set is_active = true where id = 'default'`);
    await signIn(ada);
  });

  it('for ever a user who was erased, also after Firebase forgets them', async () => {
    const ada = newcomer();
    const { user_id } = await signIn(ada);
    await harness.call(auth.deleteUser, admin(), { user_id, permanent: true });
    await refuses(ada);
    await refuses({ ...newcomer(), sub: ada.sub });
    expect(await harness.query('select from firebase_identity where subject = $1', [ada.sub])).toEqual([]);
    expect(JSON.stringify(await harness.query('select * from erased_firebase_identity'))).not.toContain(ada.sub);
  });

  it('a user who is disabled at Firebase, also while it does not answer', async () => {
    const ada = newcomer();
    await signIn(ada);
    await signIn(ada);
    firebase.users.set(ada.sub, { disabled: true });
    await signIn(ada); // was asked within the last minute
    await refusesSoon(ada);
    await harness.restart();
    firebase.mood.toolkit = 'failing';
    await laterOn(ada.sub);
    await refuses(ada);
    await signIn(newcomer());
  });

  it('a new user whom Firebase has deleted', async () => {
    const ada = newcomer();
    await harness.restart();
    firebase.users.set(ada.sub, { gone: true });
    await refuses(ada);
    expect(await harness.query('select from firebase_identity where subject = $1', [ada.sub])).toEqual([]);
  });

  it('a user who is disabled at Firebase, also after it has revoked our access to it', async () => {
    await signIn(newcomer());
    firebase.revokeTokens();
    const zoe = newcomer();
    firebase.users.set(zoe.sub, { disabled: true });
    await refuses(zoe);
  });

  it('a token of a sign-in before a revocation at Firebase', async () => {
    const ada = newcomer();
    await signIn(ada);
    firebase.users.set(ada.sub, { validSince: String(now() - 60) });
    await refusesSoon({ ...ada, auth_time: now() - 120 } as typeof ada);
    await signIn(ada);
  });
});

describe('Firebase that does not answer', () => {
  it('holds up one request, and no more of them', async () => {
    const ada = newcomer();
    await harness.restart();
    firebase.mood.toolkit = 'silent';
    await signIn(ada);
    const { requests } = firebase;
    await laterOn(ada.sub);
    await signIn(ada);
    expect(firebase.requests).toBe(requests);
  });

  it('is waited for when there are no keys yet', async () => {
    firebase.mood.keys = 'failing';
    await harness.restart();
    expect(await codeOf(signIn(newcomer()))).toBe('unavailable');
    firebase.mood.keys = undefined as never;
    await waitUntil(
      'the keys',
      () =>
        signIn(newcomer()).then(
          () => true,
          () => undefined,
        ),
      5_000,
    );
  });

  it('does not matter to known keys; a new key is found within seconds, and made-up ones cause no requests', async () => {
    const ada = newcomer();
    const old = firebase.idToken(ada);
    await identify(old);
    const reads = firebase.keyReads;
    await Promise.all(Array.from({ length: 20 }, () => refuses({}, { by: 'unknown' })));
    expect(firebase.keyReads - reads).toBeLessThanOrEqual(1);
    firebase.rotateKeys();
    const token = firebase.idToken(ada);
    await waitUntil(
      'the new key',
      () =>
        identify(token).then(
          () => true,
          () => undefined,
        ),
      12_000,
    );
    await identify(old);
    firebase.mood.keys = 'failing';
    await identify(token);
  }, 20_000);
});

describe('what the coach does for a person who leaves', () => {
  it('ends their sign-ins here and at Firebase, as often as it is asked', async () => {
    const ada = newcomer();
    const token = firebase.idToken(ada);
    const { user_id } = await identify(token);
    expect(await harness.call(auth.endSignIns, coach(), { user_id })).toEqual({ subjects: [ada.sub] });
    expect(await codeOf(identify(token))).toBe('invalid_credentials');
    expect(Number(firebase.users.get(ada.sub)?.validSince)).toBeGreaterThanOrEqual(now() - 5);
    expect(await harness.call(auth.endSignIns, coach(), { user_id })).toEqual({ subjects: [ada.sub] });
    expect(await harness.call(auth.endSignIns, someone({ tenant: 'other', scopes: ['*'] }), { user_id })).toEqual({ subjects: [] });
    await signIn({ ...ada, auth_time: now() + 5 } as never);
  });

  it('ends them here even while Firebase fails', async () => {
    const ada = newcomer();
    const token = firebase.idToken(ada);
    const { user_id } = await identify(token);
    firebase.mood.toolkit = 'failing';
    expect(await codeOf(harness.call(auth.endSignIns, coach(), { user_id }))).toBe('unavailable');
    expect(await codeOf(identify(token))).toBe('invalid_credentials');
  });

  it('deletes the Firebase user, who may be gone already', async () => {
    const { sub: subject } = newcomer();
    await harness.call(auth.deleteFirebase, coach(), { subject });
    expect(firebase.users.get(subject)?.gone).toBe(true);
    await harness.call(auth.deleteFirebase, coach(), { subject });
    firebase.mood.toolkit = 'failing';
    expect(await codeOf(harness.call(auth.deleteFirebase, coach(), { subject }))).toBe('unavailable');
  });

  it('ends sign-ins without credentials for Firebase too, and says that it cannot delete', async () => {
    await harness.restart({ FIREBASE_CREDENTIALS: '' });
    const { user_id } = await signIn(newcomer());
    expect((await harness.call(auth.endSignIns, coach(), { user_id })).subjects).toHaveLength(1);
    expect(await codeOf(harness.call(auth.deleteFirebase, coach(), { subject: 'x' }))).toBe('not_configured');
  });
});

it('without a project no token is valid', async () => {
  await harness.restart({ FIREBASE_PROJECT: '', FIREBASE_CREDENTIALS: '' });
  await refuses();
});
