import { auth } from '@skep/contracts/auth';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';
import { type GatewayProcess, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operatorCommand } from './operator-command.js';

const [oldKey, newKey] = [0, 0].map(() => randomBytes(32).toString('base64url'));
let skep: Skep;
let bus: Bus;
let others: GatewayProcess[];
let gateways: string[];
beforeAll(async () => {
  skep = await startSkep({ split: true, env: { SKEP_ENCRYPTION_KEY: oldKey! } });
  others = await Promise.all([skep.startGateway(), skep.startGateway()]);
  gateways = [skep.url, ...others.map(({ url }) => url)];
  bus = new Bus(await connectNats('test', skep.infra.nats.user('operator'), openLog('test', 'silent')), 'operator');
});
afterAll(async () => {
  await bus?.close();
  await skep?.close();
});

const keys = (...args: string[]) => operatorCommand(skep, 'keys', ...args);
const kidOf = (token: string) => (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
const me = async (token: string, gateway?: string) => (await skep.http('GET', '/v1/auth/me', { token, gateway: gateway })).status;
const refresh = async (refresh_token: string, gateway?: string) => {
  const { json } = await skep.http('POST', '/v1/auth/refresh', { body: { refresh_token }, gateway: gateway });
  return { access: String(json['access_token']), refresh: String(json['refresh_token']) };
};

it('no token is rejected while the signing key is rotated three times under load', async () => {
  const statuses: Record<number, number> = {};
  const signedWith = new Set<string>();
  let running = true;
  const client = async (ada: TestUser) => {
    let token = ada.refresh;
    for (let n = 0; running; n++) {
      const { access, refresh: next } = await refresh(token, gateways[n % 3]);
      token = next;
      signedWith.add(kidOf(access));
      // Sends the new token and the first one of the session to every gateway at once.
      for (const status of await Promise.all([access, ada.access].flatMap((each) => gateways.map((gateway) => me(each, gateway)))))
        statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  const people = await Promise.all([skep.signUpUser(), skep.signUpUser(), skep.signUpUser()]);
  const clients = Promise.all(people.map(client));
  const seen = async (kid: string) => waitUntil(`a token signed with ${kid}`, () => signedWith.has(kid), 10_000);
  for (const warm_up_seconds of [0, 1, 0]) {
    const { kid } = await bus.call(auth.rotateSigningKey, newCtx(), { warm_up_seconds });
    await sleep(warm_up_seconds * 1_100);
    // Without a broadcast every instance checks every 30 seconds, which is too long for this test.
    bus.broadcast(auth.signingKeysChanged, {});
    await seen(kid);
    await sleep(200);
  }
  await waitUntil('a hundred answers', () => (statuses[200] ?? 0) > 100);
  running = false;
  await clients;
  expect(signedWith.size).toBe(4);
  expect(Object.keys(statuses)).toEqual(['200']);
});

it('tokens signed with a leaked key are rejected at every gateway at once, and clients continue with their refresh tokens', async () => {
  const ada = await skep.signUpUser();
  for (const gateway of gateways) expect(await me(ada.access, gateway)).toBe(200);
  const stream = await fetch(`${gateways[1]}/v1/events/stream`, { headers: { authorization: `Bearer ${ada.access}` } });
  const ended = stream.text();
  const waiting = await bus.call(auth.rotateSigningKey, newCtx(), { warm_up_seconds: 3600 });

  const output = await keys('compromised');
  const began = performance.now();
  await waitUntil('the rejection at every gateway', async () =>
    (await Promise.all(gateways.map((gateway) => me(ada.access, gateway)))).every((s) => s === 401),
  );
  process.stdout.write(`three gateways rejected the token ${Math.round(performance.now() - began)} ms after the command\n`);
  await ended;

  const next = await refresh(ada.refresh);
  expect(output).toContain(kidOf(next.access));
  for (const gateway of gateways) {
    expect(await me(next.access, gateway)).toBe(200);
    const { json } = await skep.http('GET', '/v1/auth/.well-known/jwks.json', { gateway: gateway });
    const published = (json['keys'] as unknown as { kid: string }[]).map(({ kid }) => kid);
    expect(published).toEqual([kidOf(next.access)]);
    expect(published).not.toContain(waiting.kid);
  }
  await others[0]!.kill();
  await others[0]!.start();
  expect([await me(ada.access, gateways[1]), await me(next.access, gateways[1])]).toEqual([401, 200]);
});

it('the encryption key is replaced while users sign in, and the command says when the old one can be removed', async () => {
  const copy = (SKEP_ENCRYPTION_KEY: string) => skep.infra.startApp('auth-gateway', { SKEP_ENCRYPTION_KEY });
  await skep.killApp('auth-gateway');
  const [first, second] = [await copy(`${newKey},${oldKey}`), await copy(`${oldKey},${newKey}`)];
  await expect(keys('reseal')).rejects.toMatchObject({
    stderr: expect.stringMatching(/auth-gateway have different first keys .*Restart all/),
  });
  await second.kill('SIGTERM');

  const ada = await skep.signInAdmin();
  let running = true;
  const statuses = new Set<number>();
  const client = (async () => {
    for (let token = ada.refresh; running;) {
      const { status, json } = await skep.http('POST', '/v1/auth/refresh', { body: { refresh_token: token } });
      statuses.add(status);
      token = String(json['refresh_token']);
    }
  })();
  const output = await keys('reseal', 'auth-gateway');
  expect(output).toMatch(/auth-gateway: [12] tenant keys sealed again, 0 remaining\.\n.*all keys but the first one can be removed/);
  expect(await keys('reseal')).toContain('auth-gateway: 0 tenant keys sealed again, 0 remaining.');
  running = false;
  await client;
  expect([...statuses]).toEqual([200]);
  await expect(keys('reseal', 'billing')).rejects.toMatchObject({
    stderr: expect.stringMatching(/billing seals no secrets.*auth-gateway/),
  });

  await first.kill('SIGTERM');
  await copy(newKey!);
  expect((await skep.signInAdmin()).access).toBeDefined();
  for (const key of [oldKey, newKey]) expect(output).not.toContain(key);
});

it('the command line shows its usage and rejects unknown commands', async () => {
  expect(await keys('--help')).toMatch(/keys rotate \[--now\] .*\n +keys compromised .*\n +keys reseal /);
  expect(await keys('rotate', '--now')).toMatch(/Published the key .* signs from/);
  for (const wrong of [['compromise'], ['compromised', '--now'], ['rotate', '--later']])
    await expect(keys(...wrong)).rejects.toMatchObject({ stderr: expect.stringMatching(/keys (rotate|compromised)/) });
});
