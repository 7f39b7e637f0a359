import { type AppleAttestation, type AppleDevice, makeAppleAttestation, type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const APP = 'TEAM123456.com.example.coach';
const probe = generateKeyPairSync('ed25519');

let skep: Skep;
let apple: AppleAttestation;
let ada: TestUser;
let ben: TestUser;

beforeAll(async () => {
  apple = await makeAppleAttestation();
  skep = await startSkep({
    env: {
      ...{ APP_ATTEST_APP_IDS: APP, APP_ATTEST_ROOT: apple.root, APP_ATTEST_ENVIRONMENT: 'development' },
      SKEP_ATTESTATION: 'report,coach.beginCoaching=enforce',
      SKEP_HEALTH_PROBE_KEYS: `uptime:${probe.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
    },
  });
  [ada, ben] = [await skep.signUpUser(), await skep.signUpUser()];
});
afterAll(() => skep?.close());

const send = (line: string, user: TestUser | undefined, body?: unknown, headers: Record<string, string> = {}) => {
  const [method = '', path = ''] = line.split(' ');
  return skep.http(method, path, { ...(user && { token: user.access }), ...(body !== undefined && { body }), headers });
};
const codeOf = ({ json }: { json: unknown }) => (json as { code?: string } | undefined)?.code;
const challengeFor = async (user: TestUser, purpose: string) =>
  (await send('POST /attest/challenge', user, { platform: 'ios', purpose })).json;

async function register(user: TestUser, path = '/attest/ios') {
  const phone = apple.device(APP);
  const { challenge_id, challenge } = await challengeFor(user, 'attest');
  const attestation = (await phone.attest(Buffer.from(String(challenge), 'base64url'))).toString('base64');
  const answer = await send(`POST ${path}`, user, { challenge_id, key_id: phone.keyId, attestation });
  return { phone, answer, id: String(answer.json['device_id']) };
}
let counter = 0;
async function tokenOf(user: TestUser, phone: AppleDevice, request: object = {}) {
  const { challenge_id, challenge } = await challengeFor(user, 'assert');
  const client_data = JSON.stringify({ challenge, ...request });
  const assertion = phone.assert(client_data, (counter += 1)).toString('base64');
  const { json } = await send('POST /attest/ios/assert', user, { key_id: phone.keyId, challenge_id, client_data, assertion });
  return String(json['attest_token']);
}
const begin = (user: TestUser, token?: string, body: unknown = { display_name: 'Ada' }) =>
  send('POST /users', user, body, token === undefined ? {} : { 'x-attest-token': token });

describe('a device', () => {
  it('is registered at either path, with 201, and forgotten with 204', async () => {
    for (const path of ['/attest/ios', '/attest/verify']) {
      const { answer, id } = await register(ada, path);
      expect([answer.status, answer.json['environment']]).toEqual([201, 'development']);
      expect((await send(`DELETE /attest/devices/${id}`, ben)).status).toBe(404);
      const gone = await send(`DELETE /attest/devices/${id}`, ada);
      expect([gone.status, gone.text]).toEqual([204, '']);
    }
  });

  it('gets challenges by GET too, and without a sign-in', async () => {
    const { status, json } = await send('GET /attest/challenge?platform=ios&purpose=attest', undefined);
    expect([status, Buffer.from(String(json['challenge']), 'base64url').length]).toEqual([200, 32]);
    expect((await send('GET /attest/challenge?purpose=sing', undefined)).status).toBe(422);
  });
});

describe('a route that enforces proof of the device', () => {
  it('is closed without a proof, with a made-up one, another user’s, or an access token', async () => {
    const { phone } = await register(ben);
    for (const token of [undefined, 'nonsense', await tokenOf(ben, phone), ada.access]) {
      const answer = await begin(ada, token);
      expect([answer.status, codeOf(answer)]).toEqual([401, 'attestation_required']);
    }
  });

  it('opens with a proof of the user’s device', async () => {
    const { phone } = await register(ada);
    expect([200, 201]).toContain((await begin(ada, await tokenOf(ada, phone))).status);
  });

  it('opens with a proof for this request, and for no other one', async () => {
    const { phone } = await register(ada);
    const body = { display_name: 'Ada L.' };
    const request = { method: 'POST', path: '/users', body_sha256: createHash('sha256').update(JSON.stringify(body)).digest('hex') };
    const token = await tokenOf(ada, phone, request);
    expect([200, 201]).toContain((await begin(ada, token, body)).status);
    expect(codeOf(await begin(ada, token, { display_name: 'Eve' }))).toBe('attestation_required');
    for (const other of [{ method: 'PUT' }, { path: '/users/me' }, { body_sha256: 'ab' }])
      expect(codeOf(await begin(ada, await tokenOf(ada, phone, { ...request, ...other }), body))).toBe('attestation_required');
  });

  it('is open to services, which have no device', async () => {
    const headers = { 'x-service-token': skep.serviceToken, 'x-acting-user': ben.id };
    expect([200, 201]).toContain((await send('POST /users', undefined, {}, headers)).status);
  });
});

it('a route that only reports is open without a proof', async () => {
  const { phone } = await register(ada);
  await begin(ada, await tokenOf(ada, phone));
  const me = await send('GET /users/me', ada);
  expect((await send(`PATCH /users_profiles/${String(me.json['profile_id'])}`, ada, { weekly_hours: 5 })).status).toBe(200);
});

it('a proof of a device is no access token', async () => {
  const { phone } = await register(ada);
  const token = await tokenOf(ada, phone);
  for (const path of ['/users/me', '/v1/auth/me']) expect((await skep.http('GET', path, { token })).status).toBe(401);
});

describe('a health probe', () => {
  async function probeToken() {
    const { challenge } = (await send('POST /auth/health-probe/challenge', undefined, { probe_id: 'uptime' })).json;
    const signature = sign(null, Buffer.from(String(challenge)), probe.privateKey).toString('base64');
    const { json } = await send('POST /auth/health-probe/token', undefined, { probe_id: 'uptime', challenge, signature });
    expect(json).toMatchObject({ scope: 'health-probe', expires_in: 300 });
    return String(json['token']);
  }

  it('sees how the parts of the coach are, and nothing else', async () => {
    const token = await probeToken();
    const { status, json } = await skep.http('GET', '/auth/health-probe/check', { token });
    expect([status, json]).toEqual([
      200,
      { status: 'ok', checks: expect.objectContaining({ auth: 'ok', db: 'ok', bus: 'ok', coach: 'ok' }) },
    ]);
    for (const path of ['/users/me', '/v1/auth/me']) expect((await skep.http('GET', path, { token })).status).toBe(401);
  });

  it('sees nothing without its token', async () => {
    expect((await send('GET /auth/health-probe/check', undefined)).status).toBe(401);
    expect((await send('GET /auth/health-probe/check', ada)).status).toBe(401);
    expect((await send('POST /auth/health-probe/challenge', undefined, { probe_id: 'other' })).status).toBe(404);
  });
});
