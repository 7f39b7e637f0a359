import type { Problem } from '@skep/contracts';
import { auth, type AttestPurpose } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import {
  type AppleAttestation,
  type AppleDevice,
  codeOf,
  type IntegrityFacts,
  makeAppleAttestation,
  type PlayIntegrityStub,
  problemOf,
  startPlayIntegrity,
  waitUntil,
  type Wrong,
  WRONGS,
} from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, someone, startAuth } from './auth.js';

const APP = 'TEAM123456.com.example.coach';
const PACKAGE = 'com.example.coach';

let harness: AuthHarness;
let apple: AppleAttestation;
let google: PlayIntegrityStub;
let ada: Ctx;
let ben: Ctx;

beforeAll(async () => {
  [apple, google] = await Promise.all([makeAppleAttestation(), startPlayIntegrity(PACKAGE)]);
  harness = await startAuth({
    ...{ APP_ATTEST_APP_IDS: APP, APP_ATTEST_ROOT: apple.root, APP_ATTEST_ENVIRONMENT: 'development' },
    ...{ PLAY_INTEGRITY_PACKAGE: PACKAGE, PLAY_INTEGRITY_CREDENTIALS: google.credentials, PLAY_INTEGRITY_API_BASE: google.url },
  });
  [{ ctx: ada }, { ctx: ben }] = await Promise.all([harness.newcomer(), harness.newcomer()]);
});
afterAll(async () => {
  await harness?.close();
  await google?.close();
});

type Challenge = Awaited<ReturnType<typeof challengeFor>>;
const challengeFor = (ctx: Ctx, purpose: AttestPurpose, key_id?: string) =>
  harness.call(auth.requestChallenge, ctx, { purpose, ...(key_id && { key_id }) });
const bytesOf = ({ challenge }: Challenge) => Buffer.from(challenge, 'base64url');

interface Attesting {
  wrong?: Wrong;
  key_id?: string;
  challenge?: Challenge;
}
async function attest(ctx: Ctx, phone: AppleDevice, { wrong, key_id = phone.keyId, challenge }: Attesting = {}) {
  const { challenge_id, ...given } = challenge ?? (await challengeFor(ctx, 'attest', key_id));
  const attestation = await phone.attest(bytesOf({ challenge_id, ...given }), { ...(wrong && { wrong }) });
  return harness.call(auth.attestKey, ctx, { challenge_id, key_id, attestation: attestation.toString('base64') });
}
const known = async (ctx = ada) => {
  const phone = apple.device(APP);
  return { phone, ...(await attest(ctx, phone)) };
};

interface Asserting {
  by?: AppleDevice;
  app?: string;
  challenge?: Challenge;
  data?: object;
  altered?: string;
}
async function assert(ctx: Ctx, { keyId: key_id, assert: own }: AppleDevice, counter: number, more: Asserting = {}) {
  const challenge = more.challenge ?? (await challengeFor(ctx, 'assert', key_id));
  const client_data = JSON.stringify({ challenge: challenge.challenge, ...more.data });
  const assertion = (more.by?.assert ?? own)(client_data, counter, more.app).toString('base64');
  return harness.call(auth.assertKey, ctx, {
    key_id,
    challenge_id: challenge.challenge_id,
    client_data: client_data + (more.altered ?? ''),
    assertion,
  });
}

describe('a challenge', () => {
  it('is 32 bytes for five minutes, and never the same', async () => {
    const [one, other] = [await challengeFor(ada, 'attest'), await challengeFor(someone(), 'attest')];
    expect(bytesOf(one)).toHaveLength(32);
    const latest = new Date(Date.now() + 300_000);
    expect(one.expires_at < latest).toBe(true);
    expect(one.challenge).not.toBe(other.challenge);
  });

  it('works once, also if the proof was wrong', async () => {
    const challenge = await challengeFor(ada, 'attest');
    expect(await codeOf(attest(ada, apple.device(APP), { challenge, wrong: 'nonce' }))).toBe('attestation_invalid');
    expect(await codeOf(attest(ada, apple.device(APP), { challenge }))).toBe('attest_challenge_expired');
  });

  it('works once, also within a request with an Idempotency-Key', async () => {
    const challenge = await challengeFor(ada, 'attest');
    const ctx = { ...ada, idempotencyKey: randomBytes(8).toString('hex') };
    expect(await codeOf(attest(ctx, apple.device(APP), { challenge, wrong: 'nonce' }))).toBe('attestation_invalid');
    expect(await codeOf(attest(ada, apple.device(APP), { challenge }))).toBe('attest_challenge_expired');
  });

  it('of another purpose, user or key proves nothing', async () => {
    const phone = apple.device(APP);
    for (const challenge of [
      await challengeFor(ada, 'assert'),
      await challengeFor(ben, 'attest'),
      await challengeFor(ada, 'attest', apple.device(APP).keyId),
    ])
      expect(await codeOf(attest(ada, phone, { challenge }))).toBe('attest_challenge_expired');
    const { phone: mine } = await known();
    for (const challenge of [await challengeFor(ada, 'attest'), await challengeFor(ben, 'assert')])
      expect(await codeOf(assert(ada, mine, 1, { challenge }))).toBe('attest_challenge_expired');
  });

  it('that has expired proves nothing, and is removed', async () => {
    const challenge = await challengeFor(ada, 'attest');
    await harness.query(`update attest_challenge set expires_at = now() - interval '1 second' where id = $1`, [challenge.challenge_id]);
    expect(await codeOf(attest(ada, apple.device(APP), { challenge }))).toBe('attest_challenge_expired');
  });
});

describe('the attestation of a key', () => {
  it('makes the device known, whatever the spelling of its id', async () => {
    const phone = apple.device(APP);
    const key_id = Buffer.from(phone.keyId, 'base64').toString('base64url');
    expect(await attest(ada, phone, { key_id })).toEqual({ device_id: expect.stringMatching(/^atd_/), environment: 'development' });
    expect(await assert(ada, phone, 1)).toMatchObject({ expires_in: 600 });
  });

  it('works once', async () => {
    const { phone } = await known();
    for (const ctx of [ada, ben]) expect(await codeOf(attest(ctx, phone))).toBe('attest_key_known');
  });

  it.each(WRONGS)('with a wrong %s is refused', async (wrong) => {
    expect(await codeOf(attest(ada, apple.device(APP), { wrong }))).toBe('attestation_invalid');
  });

  it('with the id of another key is refused', async () => {
    expect(await codeOf(attest(ada, apple.device(APP), { key_id: apple.device(APP).keyId }))).toBe('attestation_invalid');
  });

  it('that cannot be read is 400', async () => {
    const { challenge_id } = await challengeFor(ada, 'attest');
    const problem = await problemOf(harness.call(auth.attestKey, ada, { challenge_id, key_id: 'x', attestation: 'bm90IGNib3I=' }));
    expect([problem.body.status, problem.body.code]).toEqual([400, 'bad_request']);
  });
});

describe('an assertion', () => {
  it('gives a token for its user and device, which is no access token', async () => {
    const { phone, device_id } = await known();
    const { attest_token, expires_in } = await assert(ada, phone, 5);
    const claims = claimsOf(attest_token);
    expect(claims).toMatchObject({ sub: ada.user, tenant_id: 'default', device: device_id, aud: 'attest' });
    expect(claims.exp - claims.iat).toBe(expires_in);
    expect(claims).not.toHaveProperty('sid');
  });

  it('with method and path gives a token for that request only', async () => {
    const { phone } = await known();
    const request = { method: 'PATCH', path: '/users_profiles/p', body_sha256: 'ab' };
    expect(claimsOf((await assert(ada, phone, 1, { data: request })).attest_token)).toMatchObject({ request });
    expect(await codeOf(assert(ada, phone, 2, { data: { method: 'GET' } }))).toBe('bad_request');
  });

  it('needs a greater counter', async () => {
    const { phone } = await known();
    await assert(ada, phone, 5);
    for (const counter of [5, 4]) expect(await codeOf(assert(ada, phone, counter))).toBe('attest_counter_used');
    await assert(ada, phone, 6);
  });

  it('of four with the same counter passes once', async () => {
    const { phone } = await known();
    const challenges = await Promise.all([1, 2, 3, 4].map(() => challengeFor(ada, 'assert', phone.keyId)));
    const all = await Promise.allSettled(challenges.map((challenge) => assert(ada, phone, 1, { challenge })));
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Problem).body.code] : []));
    expect(refused).toEqual(Array<string>(3).fill('attest_counter_used'));
  });

  it('over other data, with another challenge, for another app or by another key is refused', async () => {
    const { phone } = await known();
    const wrong: Asserting[] = [
      { altered: ' ' },
      { altered: 'x' },
      { data: { challenge: (await challengeFor(ada, 'assert')).challenge } },
      { app: 'OTHERTEAM0.x' },
      { by: apple.device(APP) },
    ];
    for (const each of wrong) expect(await codeOf(assert(ada, phone, 1, each))).toBe('attestation_invalid');
    await assert(ada, phone, 1);
  });

  it('of a key that is unknown, or of another user, is 404', async () => {
    const { phone } = await known();
    expect(await codeOf(assert(ada, apple.device(APP), 1))).toBe('attested_device_not_found');
    expect(await codeOf(assert(ben, phone, 1))).toBe('attested_device_not_found');
    expect(await codeOf(assert({ ...ada, tenant: 'acme' }, phone, 1))).toBe('attested_device_not_found');
  });

  it('makes a key that was attested before the sign-in the key of its user', async () => {
    const { phone } = await known(someone());
    expect(await codeOf(assert(ada, phone, 1, { by: apple.device(APP) }))).toBe('attestation_invalid');
    await assert(ben, phone, 1);
    expect(await codeOf(assert(ada, phone, 2))).toBe('attested_device_not_found');
  });
});

describe('a device', () => {
  it('is forgotten by its user alone', async () => {
    const { phone, device_id: id } = await known();
    expect(await codeOf(harness.call(auth.forgetAttestedDevice, ben, { id }))).toBe('attested_device_not_found');
    expect(await harness.call(auth.forgetAttestedDevice, ada, { id })).toEqual({ device_id: id });
    expect(await codeOf(harness.call(auth.forgetAttestedDevice, ada, { id }))).toBe('attested_device_not_found');
    expect(await codeOf(assert(ada, phone, 1))).toBe('attested_device_not_found');
  });

  it('goes with the others of its user when an account is deleted, and nobody else’s', async () => {
    const { ctx } = await harness.newcomer();
    const devices = [await known(ctx), await known(ctx)];
    const other = await known(ben);
    await challengeFor(ctx, 'assert');
    const owner = { user_id: ctx.user, tenant_id: 'default' };
    expect(await harness.call(auth.forgetAttestedDevices, someone({ actor: 'service:coach' }), owner)).toEqual({ forgotten: 2 });
    expect(await harness.call(auth.forgetAttestedDevices, someone({ actor: 'service:coach' }), owner)).toEqual({ forgotten: 0 });
    expect(await harness.query('select id from attest_challenge where user_id = $1', [ctx.user])).toEqual([]);
    expect(await codeOf(assert(ctx, devices[0]!.phone, 1))).toBe('attested_device_not_found');
    await assert(ben, other.phone, 1);
  });

  it('goes with its user', async () => {
    const { ctx } = await harness.newcomer();
    const { phone } = await known(ctx);
    const admin = await harness.login('admin@example.com', 'the first password');
    const { sub, sid } = claimsOf(admin.access_token);
    await harness.call(auth.deleteUser, someone({ tenant: 'default', user: sub, session: sid, actor: 'user', scopes: ['*'] }), {
      user_id: ctx.user,
      permanent: true,
    });
    expect(await harness.query('select id from attested_device where key_id = $1', [phone.keyId])).toEqual([]);
  });

  it('that nobody has taken is removed after a week', async () => {
    const [free, taken] = [await known(someone()), await known()];
    await harness.query(`update attested_device set used_at = now() - interval '8 days' where id = any($1)`, [
      [free.device_id, taken.device_id],
    ]);
    await harness.restart();
    const left = () => harness.query('select id from attested_device where id = any($1)', [[free.device_id, taken.device_id]]);
    await waitUntil('the device is removed', async () => (await left()).length === 1, 10_000);
    expect(await left()).toEqual([{ id: taken.device_id }]);
  });
});

describe('a token of Play Integrity', () => {
  async function check(ctx: Ctx, facts: Partial<IntegrityFacts> = {}, challenge?: Challenge, token?: string) {
    const given = challenge ?? (await challengeFor(ctx, 'integrity'));
    const integrity_token = token ?? google.tokenFor({ challenge: given.challenge, ...facts });
    return harness.call(auth.checkIntegrity, ctx, { challenge_id: given.challenge_id, integrity_token });
  }
  const meets = (...levels: string[]) => ({ device: levels.map((level) => `MEETS_${level}_INTEGRITY`) });

  it.each([
    ['strong', meets('BASIC', 'DEVICE', 'STRONG')],
    ['device', meets('DEVICE')],
    ['basic', meets('BASIC')],
  ])('with a %s verdict gives a token', async (verdict, facts) => {
    const answer = await check(ada, facts);
    expect(answer).toMatchObject({ verdict, expires_in: 600 });
    expect(claimsOf(answer.attest_token)).toMatchObject({ sub: ada.user, device: verdict });
  });

  it('of a classic request counts by its nonce', async () => {
    expect(await check(someone(), { classic: true })).toMatchObject({ verdict: 'device' });
  });

  it.each([
    ['no device verdict', 'integrity_too_weak', { device: [] }],
    ['an unknown label', 'integrity_too_weak', { device: ['MEETS_VIRTUAL_INTEGRITY'] }],
    ['an app that Play does not know', 'integrity_too_weak', { app: 'UNRECOGNIZED_VERSION' }],
    ['another app', 'attestation_invalid', { name: 'test.other' }],
    ['a request of another app', 'attestation_invalid', { requestName: 'test.other' }],
    ['another challenge', 'attestation_invalid', { challenge: randomBytes(32).toString('base64url') }],
    ['another challenge in a classic request', 'attestation_invalid', { challenge: 'x', classic: true }],
    ['a time of six minutes ago', 'attestation_invalid', { ageMs: 360_000 }],
    ['a time in the future', 'attestation_invalid', { ageMs: -360_000 }],
    ['no time', 'attestation_invalid', { ageMs: NaN }],
  ] as const)('with %s is %s', async (_, code, facts) => {
    expect(await codeOf(check(ada, facts as Partial<IntegrityFacts>))).toBe(code);
  });

  it('that cannot be read, or comes again, is refused', async () => {
    expect(await codeOf(check(ada, {}, undefined, 'garbage'))).toBe('attestation_invalid');
    const challenge = await challengeFor(ada, 'integrity');
    await check(ada, {}, challenge);
    const { asked } = google;
    expect(await codeOf(check(ada, {}, challenge))).toBe('attest_challenge_expired');
    expect(await codeOf(check(ada, {}, await challengeFor(ada, 'attest')))).toBe('attest_challenge_expired');
    expect(google.asked).toBe(asked);
  });

  it.each([500, 429, 403])('is 502 while Google answers %s', async (status) => {
    google.status = status;
    expect(await codeOf(check(ada).finally(() => (google.status = 200)))).toBe('integrity_unavailable');
  });
});

describe('without its settings', () => {
  it('a proof is not configured, and says which settings are missing', async () => {
    const bare = await startAuth();
    try {
      const { ctx } = await bare.newcomer();
      const { challenge_id } = await bare.call(auth.requestChallenge, ctx, { purpose: 'attest' });
      const key = { key_id: 'k', challenge_id };
      for (const [call, setting] of [
        [bare.call(auth.attestKey, ctx, { ...key, attestation: 'x' }), 'APP_ATTEST_APP_IDS'],
        [bare.call(auth.assertKey, ctx, { ...key, client_data: '{}', assertion: 'x' }), 'APP_ATTEST_APP_IDS'],
        [bare.call(auth.checkIntegrity, ctx, { challenge_id, integrity_token: 'x' }), 'PLAY_INTEGRITY_PACKAGE'],
      ] as const) {
        const { body } = await problemOf(call);
        expect([body.code, body.status]).toEqual(['not_configured', 503]);
        expect(body.detail).toContain(setting);
      }
    } finally {
      await bare.close();
    }
  });
});
