import { type GatewayProcess, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';

let skep: Skep;
let third: GatewayProcess;
let gateways: string[];
beforeAll(async () => {
  skep = await startSkep({ split: true });
  const [second, last] = await Promise.all([skep.startGateway(), skep.startGateway()]);
  third = last;
  gateways = [skep.url, second.url, third.url];
});
afterAll(() => skep?.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const query = (sql: string, ...values: unknown[]) => skep.infra.query('auth-gateway', sql, values);
const refresh = (refresh_token: string, gateway = skep.url, agent = 'a-program/1.0') =>
  skep.http('POST', '/v1/auth/refresh', { body: { refresh_token }, gateway: gateway, headers: { 'user-agent': agent } });
const exchange = async (refresh_token: string, gateway?: string) => String((await refresh(refresh_token, gateway)).json['refresh_token']);
const me = async (token: string, gateway: string) => (await skep.http('GET', '/v1/auth/me', { token, gateway: gateway })).status;

/** The number of refresh tokens in a token's family, and why its session ended, if it did. */
async function familyOf(token: string) {
  const [session] = await query(
    'select id, revoke_reason from session where id = (select session_id from refresh_token where hash = $1)',
    sha256(token),
  );
  const [tokens] = await query('select count(*)::int as n from refresh_token where session_id = $1', session!['id']);
  return { tokens: Number(tokens!['n']), ended: session!['revoke_reason'] };
}
/** Moves the use of a token into the past. */
const age = (token: string, seconds: number) =>
  query(`update refresh_token set used_at = used_at - $2 * interval '1 second' where hash = $1`, sha256(token), seconds);

it('two hundred concurrent refreshes of one token, through three gateways, create one successor and end no session', async () => {
  const ada = await skep.signUpUser();
  const before = await familyOf(ada.refresh);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => refresh(ada.refresh, gateways[n % 3])));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const successors = new Set(answers.map(({ json }) => String(json['refresh_token'])));
  expect(successors.size).toBe(1);
  expect(await familyOf(ada.refresh)).toEqual({ tokens: before.tokens + 1, ended: null });
  const [successor] = [...successors];
  for (const gateway of gateways) expect(await me(String(answers[0]!.json['access_token']), gateway)).toBe(200);
  expect((await refresh(successor!, gateways[2])).status).toBe(200);
});

describe('a client that lost the response to a refresh', () => {
  /** Sends a refresh and aborts it when it is done, before the response is read. */
  async function loseResponse(token: string, gateway: string): Promise<void> {
    const abort = new AbortController();
    const body = JSON.stringify({ refresh_token: token });
    const sent = fetch(`${gateway}/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'a-program/1.0' },
      body,
      signal: abort.signal,
    });
    const used = () => query('select from refresh_token where hash = $1 and used_at is not null', sha256(token));
    await waitUntil('the refresh', async () => (await used()).length, 10_000);
    abort.abort();
    await sent.catch(() => undefined);
  }

  it.each([1, 10, 29, 3600])('stays signed in when it repeats the refresh after %i seconds, at any gateway', async (seconds) => {
    const ada = await skep.signUpUser();
    await loseResponse(ada.refresh, gateways[0]!);
    await age(ada.refresh, seconds - 1); // the test itself takes about a second
    const again = await refresh(ada.refresh, gateways[1]);
    expect(again.status).toBe(200);
    const next = await exchange(String(again.json['refresh_token']), gateways[2]);
    expect((await refresh(next, gateways[0])).status).toBe(200);
    expect((await familyOf(ada.refresh)).ended).toBeNull();
  });

  it('loses its session when another program repeats the refresh after 31 seconds: the token may be stolen', async () => {
    const ada = await skep.signUpUser();
    await loseResponse(ada.refresh, gateways[0]!);
    await age(ada.refresh, 31);
    expect((await refresh(ada.refresh, gateways[1], 'curl/8.5.0')).status).toBe(401);
    expect((await familyOf(ada.refresh)).ended).toBe('reuse');
  });
});

it('reuse of an old token revokes its family at every gateway, even at one that was down', async () => {
  const ada: TestUser = await skep.signUpUser();
  const access: string[] = [];
  let newest = ada.refresh;
  for (const gateway of gateways) {
    const { json } = await refresh(newest, gateway);
    access.push(String(json['access_token']));
    newest = String(json['refresh_token']);
  }
  for (const gateway of gateways) for (const token of access) expect(await me(token, gateway)).toBe(200);

  await third.kill();
  const began = performance.now();
  expect((await refresh(ada.refresh, gateways[0])).status).toBe(401);
  const statusesAt = (at: string[]) => Promise.all(at.flatMap((gateway) => [ada.access, ...access].map((token) => me(token, gateway))));
  await waitUntil('the rejection', async () => (await statusesAt(gateways.slice(0, 2))).every((status) => status === 401));
  process.stdout.write(`two gateways rejected a revoked family after ${Math.round(performance.now() - began)} ms\n`);
  await third.start();
  expect(new Set(await statusesAt([third.url]))).toEqual(new Set([401]));
  for (const gateway of gateways) expect((await refresh(newest, gateway)).status).toBe(401);
  expect((await familyOf(ada.refresh)).ended).toBe('reuse');
});
