import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';

const HOME = 'myapp://done';
const SECRET = 'terra-signing-secret';
let skep: Skep;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  const env = {
    STRAVA_CLIENT_ID: 'strava-client',
    STRAVA_CLIENT_SECRET: 'strava-secret',
    TERRA_SIGNING_SECRET: SECRET,
    RETURN_TO_ALLOW: 'myapp://',
  };
  skep = await startSkep({ env });
  [ada, bob] = await Promise.all([skep.signUpUser(), skep.signUpUser()]);
});
afterAll(() => skep?.close());

const as = ({ access }: TestUser) => ({ authorization: `Bearer ${access}` });
const connect = async (who: TestUser, body: object = { return_to: HOME }) =>
  skep.http('POST', '/health-providers/strava/connect', { headers: as(who), body });
/** A browser: it has no credential, and follows no redirect. */
const visit = (path: string, accept = 'text/html') => fetch(skep.url + path, { headers: { accept }, redirect: 'manual' });

it('a person sees what they can connect, and without a credential no one does', async () => {
  const { status, json } = await skep.http('GET', '/health-providers', { headers: as(ada) });
  expect([status, json['providers']]).toEqual([
    200,
    ['garmin', 'strava', 'whoop', 'oura'].map((id) =>
      expect.objectContaining({ id, kind: 'oauth', status: id === 'strava' ? 'disconnected' : 'not_configured' }),
    ),
  ]);
  expect((await skep.http('GET', '/health-providers')).status).toBe(401);
  expect((await skep.http('GET', '/health-providers/abacus', { headers: as(ada) })).status).toBe(404);
});

it('what cannot be connected is a problem that says why', async () => {
  const missing = await connect(ada, {});
  const elsewhere = await connect(ada, { return_to: 'https://evil.test/' });
  for (const { status, json } of [missing, elsewhere])
    expect([status, json['detail']]).toEqual([422, [expect.objectContaining({ loc: ['body', 'return_to'] })]]);
  const { status, json } = await skep.http('POST', '/health-providers/oura/connect', { headers: as(ada), body: { return_to: HOME } });
  expect([status, json['code'], json['detail']]).toEqual([503, 'not_configured', 'Set OURA_CLIENT_ID and OURA_CLIENT_SECRET.']);
});

it('a browser comes back with 303 to where it wanted, once; its address is not told to others', async () => {
  const { status, json } = await connect(ada);
  expect(status).toBe(200);
  const back = `/health-providers/strava/callback?error=access_denied&state=${String(json['state'])}`;
  const answer = await visit(back);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${HOME}?provider=strava&status=denied&code=connection_denied`]);
  expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  const again = await visit(back);
  expect([again.status, again.headers.get('location'), await again.text()]).toEqual([
    400,
    null,
    expect.stringContaining('<!doctype html>'),
  ]);
  expect(await (await visit(back, 'application/json')).json()).toMatchObject({ status: 400, code: 'state_invalid' });
});

it('a native app finishes only what its person has started', async () => {
  const { json } = await connect(ada);
  const body = { state: json['state'], code: 'x' };
  const answer = await skep.http('POST', '/health-providers/strava/callback', { headers: as(bob), body });
  expect([answer.status, answer.json['code']]).toEqual([400, 'state_invalid']);
  expect((await skep.http('POST', '/health-providers/strava/callback', { body })).status).toBe(401);
});

it('a disconnection is 204 both ways, however often', async () => {
  for (const [method, path] of [
    ['DELETE', '/health-providers/strava'],
    ['POST', '/health-providers/strava/disconnect'],
    ['DELETE', '/health-providers/strava'],
  ] as const)
    expect((await skep.http(method, path, { headers: as(ada) })).status).toBe(204);
});

it('a webhook of Terra needs a signature of its bytes', async () => {
  const raw = '{ "type": "healthcheck" }';
  const t = Math.floor(Date.now() / 1000);
  const signature = `t=${t},v1=${createHmac('sha256', SECRET).update(`${t}.${raw}`).digest('hex')}`;
  const send = (headers: Record<string, string>, body = raw) =>
    fetch(`${skep.url}/terra_webhooks`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-terra-trace-id': randomUUID(), ...headers },
    });
  for (const name of ['terra-signature', 'x-terra-signature']) {
    const answer = await send({ [name]: signature });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    expect((await send({ [name]: signature }, '{"type":"healthcheck"}')).status).toBe(401);
  }
  expect((await send({})).status).toBe(401);
  expect((await send({ 'terra-signature': signature }, 'x'.repeat((1 << 20) + 1))).status).toBe(413);
});

it('without an account at Terra there are no sessions', async () => {
  for (const [method, path] of [
    ['POST', '/session'],
    ['POST', '/session/sdk-token'],
    ['GET', '/session/sdk-token'],
  ] as const) {
    const { status, json } = await skep.http(method, path, { headers: as(ada), ...(method === 'POST' && { body: {} }) });
    expect([status, json['code']]).toEqual([503, 'not_configured']);
    expect((await skep.http(method, path)).status).toBe(401);
  }
});
