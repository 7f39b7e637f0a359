import { auth } from '@skep/contracts/auth';
import { connections } from '@skep/contracts/connections';
import { type Ctx, newCtx } from '@skep/platform';
import { asService, asUser, codeOf, codesOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthHarness, openHealth } from './health.js';

const SECRET = 'terra-signing-secret';
const OLD_SECRET = 'terra-old-secret';
interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
}
let terra: Server;
let asked: Asked[] = [];
let answers: { status: number; body: unknown };
let health: HealthHarness;
let ada: Ctx;
let zoe: Ctx;

beforeAll(async () => {
  terra = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      asked.push({ method: request.method!, path: request.url!, body: body ? (JSON.parse(body) as Asked['body']) : {} });
      const isKnown = request.headers['dev-id'] === 'dev' && request.headers['x-api-key'] === 'key';
      const { status, body: answer } = isKnown ? answers : { status: 403, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => terra.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(terra.address() as AddressInfo).port}`;
  const settings = { TERRA_DEV_ID: 'dev', TERRA_API_KEY: 'key', TERRA_SIGNING_SECRET: `${SECRET},${OLD_SECRET}` };
  health = await openHealth({ ...settings, TERRA_API_BASE: `${url}/v2/`, TERRA_WIDGET_URL: `${url}/widget` }, { beside: ['auth-gateway'] });
  const register = async (name: string, tenant_id: string) => {
    const account = { email: `${name}@example.com`, password: 'open-sesame-4711', tenant_id };
    const { access_token } = await health.call(auth.register, asService('panel'), account);
    const { sub } = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as { sub: string };
    return asUser(name, { tenant: tenant_id, user: sub });
  };
  ada = await register('ada', 'default');
  zoe = await register('zoe', 'default');
});
afterAll(async () => {
  await health?.close();
  terra?.close();
});
beforeEach(async () => {
  asked = [];
  answers = { status: 200, body: { status: 'success', session_id: 's1', url: 'https://widget.example/s1', expires_in: 900 } };
  for (const table of ['health_connection', 'outbox', 'terra_webhook', 'health_delivery']) await health.query(`delete from ${table}`);
});

const sign = (raw: string, secret = SECRET, t = Math.floor(Date.now() / 1000)) =>
  `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${raw}`).digest('hex')}`;
const receive = (raw: string, headers: { signature?: string; x_signature?: string; trace_id?: string } = {}) =>
  health.call(connections.receiveTerra, newCtx({ deadline: Date.now() + 20_000 }), {
    ...{ signature: sign(raw), x_signature: '', trace_id: randomUUID() },
    ...headers,
    body: Buffer.from(raw).toString('base64'),
  });
const say = (event: object, headers = {}) => receive(JSON.stringify(event), headers);
const userOf = ({ user }: Pick<Ctx, 'user'>, user_id: string) => ({
  user_id,
  provider: 'FITBIT',
  reference_id: user,
  scopes: 'activity,sleep',
});
const joined = (who: Pick<Ctx, 'user'>, id: string) => ({ type: 'auth', status: 'success', reference_id: who.user, user: userOf(who, id) });
const find = (who: Ctx) => health.find(who, 'terra-fitbit');
const statusOf = async (who: Ctx) =>
  (await health.call(connections.listHealthProviders, who, {})).providers.find(({ kind }) => kind === 'terra')?.status;
const ended = () => waitUntil('the revocations', async () => !(await health.query('select from oauth_revocation')).length, 20_000);

describe('a session', () => {
  it('names the person by their id here, and nothing else of them', async () => {
    const input = { providers: ['GARMIN', 'FITBIT'], language: 'en', success_url: 'myapp://done', failure_url: 'https://coach.example/x' };
    expect(await health.call(connections.openTerraSession, ada, input)).toEqual({
      ...{ session_id: 's1', url: 'https://widget.example/s1', expires_in: 900 },
    });
    await health.call(connections.openTerraSession, ada, {});
    const urls = { auth_success_redirect_url: 'myapp://done', auth_failure_redirect_url: 'https://coach.example/x' };
    expect(asked.map(({ body }) => body)).toEqual([
      { reference_id: ada.user, providers: 'GARMIN,FITBIT', language: 'en', ...urls },
      { reference_id: ada.user },
    ]);
  });

  it('comes back to allowed addresses only, and names providers', async () => {
    for (const input of [{ success_url: 'https://evil.test/' }, { failure_url: 'nonsense' }, { providers: ['a b'] }])
      expect(await codeOf(health.call(connections.openTerraSession, ada, input))).toBe('invalid_input');
    expect(asked).toEqual([]);
  });

  it.each([
    [403, {}, 'connection_failed'],
    [500, {}, 'connection_failed'],
    [200, 'no json', 'connection_failed'],
    [200, { session_id: 7, url: 'javascript:alert(1)', token: 7 }, 'connection_failed'],
    [302, {}, 'connection_failed'],
    [429, {}, 'too_many_requests'],
  ])('that Terra answers with %s %j is %3$s', async (status, body, code) => {
    answers = { status, body };
    expect(await codeOf(health.call(connections.openTerraSession, ada, {}))).toBe(code);
    expect(await codeOf(health.call(connections.createTerraSdkToken, ada, {}))).toBe(code);
  });

  it('of the SDK has a token', async () => {
    answers = { status: 200, body: { token: 'sdk', expires_in: 180 } };
    expect(await health.call(connections.createTerraSdkToken, ada, {})).toEqual({ token: 'sdk', expires_in: 180 });
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/v2/auth/generateAuthToken' });
  });
});

describe('a signature', () => {
  const raw = '{"type":"healthcheck"}';
  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => object]>([
    ['by the secret', () => ({})],
    ['by the secret before', () => ({ signature: sign(raw, OLD_SECRET) })],
    ['in the newer header', () => ({ signature: '', x_signature: sign(raw) })],
    ['in one of two headers', () => ({ signature: 't=1,v1=00', x_signature: sign(raw) })],
    ['beside another one', () => ({ signature: sign(raw).replace('v1=', `v1=${'0'.repeat(64)},v1=`) })],
    ['of four minutes ago', () => ({ signature: sign(raw, SECRET, now() - 240) })],
  ])('%s is taken', async (_, headers) => {
    expect(await receive(raw, headers())).toEqual({});
  });

  it.each<[string, () => object]>([
    ['that is missing', () => ({ signature: '' })],
    ['by another secret', () => ({ signature: sign(raw, 'terra-api-key') })],
    ['by no secret', () => ({ signature: sign(raw, '') })],
    ['of other bytes', () => ({ signature: sign(`${raw} `) })],
    ['of ten minutes ago', () => ({ signature: sign(raw, SECRET, now() - 600) })],
    ['of a time to come', () => ({ signature: sign(raw, SECRET, now() + 600) })],
    ['whose time was changed', () => ({ signature: sign(raw, SECRET, now() - 600).replace(/t=\d+/, `t=${now()}`) })],
    ['that is half', () => ({ signature: sign(raw).slice(0, -2) })],
    ['without a time', () => ({ signature: sign(raw).replace(/t=\d+,/, '') })],
  ])('%s is refused', async (_, headers) => {
    expect(await codeOf(receive(raw, headers()))).toBe('unauthenticated');
  });

  it('comes before what it signs is read', async () => {
    expect(await codeOf(receive('{', { signature: 'x' }))).toBe('unauthenticated');
    for (const body of ['{', '[]', '7', '']) expect(await codeOf(receive(body))).toBe('bad_request');
  });
});

describe('an event', () => {
  it('connects and disconnects a person, and counts once', async () => {
    const trace_id = randomUUID();
    await say(joined(ada, 't1'), { trace_id });
    expect(await find(ada)).toMatchObject({
      id: 'terra-fitbit',
      name: 'Fitbit',
      kind: 'terra',
      status: 'connected',
      scopes: ['activity', 'sleep'],
    });
    expect(await statusOf(zoe)).toBeUndefined();
    await say({ type: 'deauth', user: userOf(ada, 't1') });
    expect(await statusOf(ada)).toBeUndefined();
    await say(joined(ada, 't1'), { trace_id });
    expect(await statusOf(ada)).toBeUndefined();
    const told = { tenant_id: 'default', user_id: ada.user, provider: 'terra-fitbit', connection_id: expect.any(String) };
    expect([await health.told('healthConnected'), await health.told('healthDisconnected')]).toEqual([[told], [told]]);
    expect(asked).toEqual([]);
  });

  it('without a trace id is recognised by its bytes', async () => {
    for (let i = 0; i < 2; i++) await say(joined(ada, 't1'), { trace_id: '' });
    expect(await health.told('healthConnected')).toHaveLength(1);
  });

  it('that arrives twice at once counts once', async () => {
    await say(joined(ada, 't1'));
    const trace_id = randomUUID();
    const data = { type: 'daily', user: userOf(ada, 't1'), data: [{}] };
    await Promise.all(Array.from({ length: 5 }, () => say(data, { trace_id })));
    expect(await health.told('healthReceived')).toHaveLength(1);
  });

  it('about people whom no one knows gets the same answer', async () => {
    expect(await say(joined({ user: 'imp_u_nobody' }, 't9'))).toEqual({});
    expect(await say({ type: 'deauth', user: userOf(ada, 't9') })).toEqual({});
    expect(await say({ type: 'activity', user: userOf(ada, 't9'), data: [{}] })).toEqual({});
    expect(await say({ type: 'auth', user: { user_id: {}, provider: 7 } })).toEqual({});
    expect(await say({ type: 'auth', status: 'error', user: userOf(ada, 't9') })).toEqual({});
    expect(await health.query('select from health_connection')).toEqual([]);
  });

  it('that connects an account of another person leaves it theirs', async () => {
    await say(joined(ada, 't1'));
    await say(joined(zoe, 't1'));
    expect([await statusOf(ada), await statusOf(zoe)]).toEqual(['connected', undefined]);
  });

  it('of a new sign-in swaps the id at Terra in place', async () => {
    await say(joined(ada, 't1'));
    const [before] = await health.query('select id from health_connection');
    await say({ type: 'user_reauth', status: 'warning', old_user: userOf(ada, 't1'), new_user: { ...userOf(ada, 't2'), scopes: 'daily' } });
    expect(await health.query('select id, vendor_user_id, scopes from health_connection')).toEqual([
      { id: before!['id'], vendor_user_id: 't2', scopes: ['daily'] },
    ]);
    await say({ type: 'deauth', user: userOf(ada, 't1') });
    expect(await statusOf(ada)).toBe('connected');
    await say({ type: 'user_reauth', old_user: userOf(zoe, 'unknown'), new_user: userOf(zoe, 't3') });
    expect(await statusOf(zoe)).toBe('connected');
  });

  it('of an error shows until data arrives; permissions change what is allowed', async () => {
    await say(joined(ada, 't1'));
    await say({ type: 'connection_error', user: userOf(ada, 't1') });
    expect(await find(ada)).toMatchObject({ status: 'error', error: 'connection_error' });
    await say({ type: 'permission_change', user: userOf(ada, 't1'), scopes_added: 'body, daily', scopes_removed: 'sleep' });
    expect((await find(ada)).scopes).toEqual(['activity', 'body', 'daily']);
    await say({ type: 'body', user: userOf(ada, 't1'), data: [] });
    const { status, error, last_sync_at } = await find(ada);
    expect([status, error, last_sync_at]).toEqual(['connected', undefined, expect.any(Date)]);
    await say({ type: 'access_revoked', user: userOf(ada, 't1') });
    expect(await statusOf(ada)).toBeUndefined();
  });

  it('with data is kept sealed for the service that asks for it, for its person alone', async () => {
    await say(joined(ada, 't1'));
    const event = { type: 'activity', user: userOf(ada, 't1'), data: [{ name: 'Morning run', big: 'x'.repeat(500_000) }] };
    await say(event);
    const [received] = await health.told('healthReceived');
    expect(received).toEqual({
      ...{ tenant_id: 'default', user_id: ada.user, provider: 'terra-fitbit', type: 'activity' },
      ...{ connection_id: expect.stringMatching(/^hc_/), delivery_id: expect.any(String) },
    });
    const read = ({ tenant, user }: Ctx) =>
      health.call(connections.getHealthDelivery, asService('coach', { tenant, user }), { delivery_id: String(received!['delivery_id']) });
    const { payload, ...of } = await read(ada);
    expect([JSON.parse(payload), of]).toEqual([
      event,
      { provider: 'terra-fitbit', type: 'activity', connection_id: received!['connection_id'], received_at: expect.any(Date) },
    ]);
    for (const other of [zoe, { ...ada, tenant: 'other' }]) expect(await codeOf(read(other))).toBe('not_found');
    const [row] = await health.query('select health_delivery::text as text from health_delivery');
    for (const form of ['Morning run', Buffer.from('Morning run').toString('hex')]) expect(String(row!['text'])).not.toContain(form);
  });
});

describe('a disconnection', () => {
  it('ends the account at Terra once', async () => {
    await say(joined(ada, 't1'));
    await health.disconnect(ada, 'terra-fitbit');
    await ended();
    await health.disconnect(ada, 'terra-fitbit');
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /v2/auth/deauthenticateUser?user_id=t1']);
  });

  it('of a deleted person waits until Terra answers', async () => {
    await say(joined(ada, 't1'));
    answers = { status: 500, body: {} };
    const revokeAll = (waitMs: number) =>
      health.call(connections.revokeHealthAccounts, asService('coach', { deadline: Date.now() + waitMs }), {
        user_id: ada.user,
        tenant_id: ada.tenant,
      });
    expect(await codeOf(revokeAll(800))).toBe('unavailable');
    answers = { status: 200, body: {} };
    await revokeAll(20_000);
    expect(asked.length).toBeGreaterThan(1);
  });
});

it('an erased user has no data here', async () => {
  await say(joined(zoe, 't1'));
  await say({ type: 'activity', user: userOf(zoe, 't1'), data: [{}] });
  await health.publish(auth.userErased, { tenant_id: zoe.tenant, user_id: zoe.user });
  await waitUntil('the erasure', async () => !(await health.query('select from health_delivery')).length);
  expect(await health.query('select from health_connection')).toEqual([]);
  await ended();
});

it('without settings nothing is accepted, and it says which are missing', async () => {
  await health.restart({ TERRA_DEV_ID: '', TERRA_API_KEY: '', TERRA_SIGNING_SECRET: '' });
  const raw = '{}';
  expect((await problemOf(receive(raw, { signature: sign(raw, '') }))).body).toMatchObject({
    status: 503,
    detail: 'Set TERRA_SIGNING_SECRET.',
  });
  const asking = [health.call(connections.openTerraSession, ada, {}), health.call(connections.createTerraSdkToken, ada, {})];
  expect(await codesOf(asking)).toEqual(['not_configured', 'not_configured']);
});
