import { type Firebase, type Skep, startFirebase, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** In seconds. */
const now = () => Math.floor(Date.now() / 1_000);

let skep: Skep;
let firebase: Firebase;
let strava: Server;
let isStravaDown = false;

/** Grants tokens to everyone, and notes revocations beside what Firebase is asked. */
async function startStrava() {
  const server = createServer((request, response) => {
    const answer = (status: number, json: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    request.resume();
    if (request.url?.startsWith('/token')) {
      const athlete = { id: Math.floor(Math.random() * 1e9) };
      return answer(200, { access_token: randomUUID(), refresh_token: randomUUID(), expires_in: 3_600, token_type: 'Bearer', athlete });
    }
    if (!request.url?.startsWith('/revoke')) return answer(200, []);
    const status = isStravaDown ? 503 : 200;
    firebase.asked.push({ method: 'strava', uid: '', status });
    return answer(status, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  [firebase, strava] = await Promise.all([startFirebase(), startStrava()]);
  const url = `http://127.0.0.1:${(strava.address() as AddressInfo).port}`;
  const vendor = {
    ...{
      STRAVA_CLIENT_ID: 'skep',
      STRAVA_CLIENT_SECRET: 'secret',
      STRAVA_AUTHORIZE_URL: `${url}/authorize`,
      STRAVA_TOKEN_URL: `${url}/token`,
    },
    ...{ STRAVA_REVOKE_URL: `${url}/revoke`, STRAVA_API_BASE: url, RETURN_TO_ALLOW: 'https://coach.example', SKEP_RUN_LEASE_MS: '1200' },
  };
  skep = await startSkep({ split: true, env: { ...firebase.env, ...vendor } });
});
beforeEach(() => {
  isStravaDown = false;
  firebase.asked.length = 0;
});
afterAll(async () => {
  await skep?.close();
  strava?.close();
  await firebase?.close();
});

type Person = Awaited<ReturnType<typeof newcomer>>;
async function newcomer(more: object = {}) {
  const claims = { sub: randomUUID(), email_verified: true, email: `${randomUUID()}@example.com`, ...more };
  const token = firebase.idToken(claims);
  const { json } = await skep.http('POST', '/users', { token, body: { display_name: 'Ada' } });
  /** A token of a new sign-in, which an earlier revocation does not concern. */
  const signInAgain = () => firebase.idToken({ ...claims, auth_time: now() + 5, iat: now() + 5 });
  return { uid: claims.sub, token, id: String(json['id']), signInAgain };
}
const leave = ({ token }: Pick<Person, 'token'>, body: object = { confirm: true }) => skep.http('DELETE', '/account', { token, body });
const me = (token: string) => skep.http('GET', '/users/me', { token });
const ended = ({ uid }: Person) =>
  waitUntil('the Firebase user to be deleted', () => Promise.resolve(firebase.users.get(uid)?.gone), 20_000);
const told = () => firebase.asked.filter(({ method }) => method !== 'lookup').map(({ method, status }) => `${method} ${status}`);
const rowOf = async (id: unknown) => (await skep.infra.query('coach', 'select * from deletion where id = $1', [id]))[0]!;

async function connectStrava({ token }: Person) {
  const { json } = await skep.http('POST', '/health-providers/strava/connect', {
    token,
    body: { return_to: 'https://coach.example/done' },
  });
  const state = String(json['state']);
  const answer = await skep.http('POST', '/health-providers/strava/callback', { token, body: { code: 'c', state } });
  expect(answer.status).toBe(200);
}

describe('deleting an account', () => {
  it.each([
    ['an old sign-in', { auth_time: now() - 301 }, { confirm: true }, 403, 'requires_recent_login'],
    ['no confirmation', {}, { confirm: false }, 422, 'invalid_input'],
    ['nothing', {}, {}, 422, 'invalid_input'],
  ])('is refused with %s, and changes nothing', async (_, claims, body, status, code) => {
    const ada = await newcomer(claims);
    const answer = await leave(ada, body);
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
    if (status === 422) expect(answer.text).toContain('confirm');
    expect((await me(ada.token)).status).toBe(200);
    expect(told()).toEqual([]);
    expect((await skep.http('GET', '/account', { token: ada.token })).json).toMatchObject({ state: 'active', deletion: null });
  });

  it('ends sessions first, then revokes at the provider, erases, and deletes the identity last', async () => {
    const [ada, bob] = [await newcomer(), await newcomer()];
    await connectStrava(ada);
    const { status, json } = await leave(ada);
    expect([status, json['status']]).toEqual([202, 'scheduled']);
    await ended(ada);
    expect(told()).toEqual(['update 200', 'strava 200', 'delete 200']);
    expect((await me(ada.token)).status).toBe(401);
    expect((await me(ada.signInAgain())).status).toBe(401);
    const row = await waitUntil('the end', async () =>
      (await rowOf(json['deletion_id']))['ended_at'] ? rowOf(json['deletion_id']) : undefined,
    );
    expect(row).toMatchObject({ person_id: null, subjects: [], apple_code: null, hash: createHash('sha256').update(ada.uid).digest() });
    const steps = Object.entries(row['steps'] as Record<string, { at: string; outcome: string }>).sort(([, a], [, b]) =>
      a.at < b.at ? -1 : 1,
    );
    expect(steps.map(([name, { outcome }]) => `${name} ${outcome}`)).toEqual([
      ...['sessions done', 'providers done', 'channels done', 'devices done', 'data done', 'account done'],
      ...['apple not_needed', 'identity done'],
    ]);
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`${ada.uid}|${ada.id}`));
    expect(await skep.infra.query('coach', 'select from person where user_id = $1', [ada.id])).toEqual([]);
    expect(await skep.infra.query('auth-gateway', 'select from account where id = $1', [ada.id])).toEqual([]);
    expect((await me(bob.token)).status).toBe(200);
  });

  it('takes nothing new while a provider does not answer, shows how far it is, and happens once, also after a crash', async () => {
    const ada = await newcomer();
    await connectStrava(ada);
    isStravaDown = true;
    const first = await leave(ada);
    await waitUntil('a failure', () => Promise.resolve(told().includes('strava 503')), 10_000);
    expect((await me(ada.token)).status).toBe(401);
    const token = ada.signInAgain();
    expect((await me(token)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/users'],
      ['PATCH', '/users/me'],
      ['POST', '/user_states/check-ins'],
    ] as const) {
      const body = { display_name: 'Late', text: 'still here', client_message_id: 'late' };
      const { status, json } = await skep.http(method, path, { token, body });
      expect([path, status, json['code']]).toEqual([path, 409, 'account_deleting']);
    }
    const state = await skep.http('GET', '/account', { token });
    expect(state.json).toMatchObject({
      state: 'deleting',
      deletion: { deletion_id: first.json['deletion_id'], steps: [{ name: 'sessions' }] },
    });
    expect((await leave({ token })).json).toEqual(first.json);
    await skep.killApp('coach');
    isStravaDown = false;
    await skep.startApp('coach');
    await ended(ada);
    await waitUntil('the end', async () => (await rowOf(first.json['deletion_id']))['ended_at'] as Date | null);
    expect(told().filter((one) => one === 'strava 200' || one === 'delete 200')).toEqual(['strava 200', 'delete 200']);
    expect(told().at(-1)).toBe('delete 200');
  }, 60_000);

  it('deletes a user of Skep too, without Firebase', async () => {
    const { access } = await skep.signUpUser();
    const { json } = await skep.http('POST', '/users', { token: access, body: {} });
    expect((await leave({ token: access })).status).toBe(202);
    await waitUntil('the account to be erased', async () => {
      const left = await skep.infra.query('auth-gateway', 'select from account where id = $1', [json['id']]);
      return !left.length;
    });
    expect(told()).toEqual([]);
    await waitUntil('the session to end', async () => (await me(access)).status === 401);
  });

  it('needs a new sign-in with a refreshed token, and is not for administrators', async () => {
    const [{ refresh }, admin] = [await skep.signUpUser(), await skep.signInAdmin()];
    const { json } = await skep.http('POST', '/v1/auth/refresh', { body: { refresh_token: refresh } });
    expect((await leave({ token: String(json['access_token']) })).json['code']).toBe('requires_recent_login');
    expect((await leave({ token: admin.access })).json['code']).toBe('conflict');
  });
});

it('an export has what the coach knows of a person, and nothing of others or secret', async () => {
  const [ada, bob] = [await newcomer(), await newcomer()];
  const { status, json, text } = await skep.http('GET', '/account/export', { token: ada.token });
  expect(status).toBe(200);
  expect(json).toMatchObject({ user_id: ada.id, data: { person: [{ display_name: 'Ada' }], profile: [{ sports: [] }] } });
  expect(text).not.toContain(bob.id);
  expect(Object.keys(json['data'] as object)).not.toContain('run');
});

it('a Firebase ID token signs in to the coach only', async () => {
  const { token } = await newcomer();
  const answers = await Promise.all(
    ['/v1/auth/me', '/api/conversations', '/v1/billing/balance'].map((path) => skep.http('GET', path, { token })),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(answers[0]!.headers.get('www-authenticate')).toMatch(/^Bearer/);
});
