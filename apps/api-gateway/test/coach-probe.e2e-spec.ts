import { type GatewayProcess, makeAppleAttestation, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';

const APP = 'TEAM123456.com.example.coach';
const probe = generateKeyPairSync('ed25519');

let skep: Skep;
let gateway: GatewayProcess;
let apple: Awaited<ReturnType<typeof makeAppleAttestation>>;
let ada: TestUser;

beforeAll(async () => {
  apple = await makeAppleAttestation();
  skep = await startSkep({
    split: true,
    env: {
      ...{ APP_ATTEST_APP_IDS: APP, APP_ATTEST_ROOT: apple.root, APP_ATTEST_ENVIRONMENT: 'development', SKEP_ATTESTATION: 'report' },
      SKEP_HEALTH_PROBE_KEYS: `uptime:${probe.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
    },
  });
  gateway = await skep.startGateway();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const post = async (path: string, body: object) => (await skep.http('POST', path, { token: ada.access, body, gateway: gateway.url })).json;

it('a health probe sees 503, and which part of the coach does not work, until it works again', async () => {
  const { challenge } = await post('/auth/health-probe/challenge', { probe_id: 'uptime' });
  const signature = sign(null, Buffer.from(String(challenge)), probe.privateKey).toString('base64');
  const token = String((await post('/auth/health-probe/token', { probe_id: 'uptime', challenge, signature }))['token']);
  const check = () => skep.http('GET', '/auth/health-probe/check', { token });
  expect((await check()).status).toBe(200);
  await skep.killApp('models');
  const down = await waitUntil('the check to fail', async () => {
    const answer = await check();
    return answer.status === 503 ? answer : undefined;
  });
  expect(down.json).toEqual({ status: 'failed', checks: expect.objectContaining({ auth: 'ok', db: 'ok', coach: 'ok', models: 'failed' }) });
  await skep.startApp('models');
  await waitUntil('the check to pass', async () => (await check()).status === 200);
});

it('proofs of devices are counted by operation and outcome', async () => {
  const phone = apple.device(APP);
  const take = async (purpose: string) => post('/attest/challenge', { platform: 'ios', purpose });
  const { challenge_id, challenge } = await take('attest');
  const attestation = (await phone.attest(Buffer.from(String(challenge), 'base64url'))).toString('base64');
  await post('/attest/ios', { challenge_id, key_id: phone.keyId, attestation });
  const asked = await take('assert');
  const client_data = JSON.stringify({ challenge: asked['challenge'] });
  const assertion = phone.assert(client_data, 1).toString('base64');
  const { attest_token } = await post('/attest/ios/assert', {
    ...{ key_id: phone.keyId, challenge_id: asked['challenge_id'], client_data, assertion },
  });
  const begin = (token?: string) =>
    skep.http('POST', '/users', { token: ada.access, body: {}, gateway: gateway.url, headers: token ? { 'x-attest-token': token } : {} });
  for (const token of [undefined, 'nonsense', 'more of it', String(attest_token)]) expect((await begin(token)).status).toBeLessThan(300);
  const counted = Object.fromEntries(
    [...(await gateway.metrics()).matchAll(/^skep_\w*proofs\w*\{(.*)\} (\d+)$/gm)].map(([, labels = '', count]) => [
      ['operation', 'outcome'].map((name) => new RegExp(`${name}="(.*?)"`).exec(labels)![1]).join(' '),
      Number(count),
    ]),
  );
  expect(counted).toEqual({ 'coach.beginCoaching missing': 1, 'coach.beginCoaching invalid': 2, 'coach.beginCoaching valid': 1 });
});
