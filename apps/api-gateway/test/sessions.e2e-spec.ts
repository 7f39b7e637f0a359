import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let skep: Skep;
let ada: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const login = async (agent: string) => {
  const { email, password } = ada;
  const { json } = await skep.http('POST', '/v1/auth/login', { body: { email, password }, headers: { 'user-agent': agent } });
  return { access: String(json['access_token']), refresh: String(json['refresh_token']) };
};
const sessions = async (token: string) => (await skep.http('GET', '/v1/auth/sessions', { token })).json['sessions'] as unknown as Session[];
interface Session {
  session_id: string;
  label: string | null;
  ip_address: string;
  current: boolean;
}

describe('the sessions of a user', () => {
  it('show the program and the address that created them', async () => {
    const { access } = await login(FIREFOX);
    const [mine] = await sessions(access);
    expect(mine).toMatchObject({ label: 'Firefox on Linux', ip_address: '127.0.0.1', current: true });
    const { access: odd } = await login(`\u00ff<b>${'y'.repeat(4000)}`);
    expect((await sessions(odd))[0]!.label).toBe(`<b>${'y'.repeat(197)}`);
  });

  it('can be revoked one by one, with their access tokens', async () => {
    const { access } = await login('to-be-ended/1.0');
    const other = (await sessions(ada.access)).find(({ label }) => label === 'to-be-ended/1.0')!;
    expect((await skep.http('POST', `/v1/auth/sessions/${other.session_id}/revoke`, { token: ada.access })).status).toBe(200);
    await waitUntil('the token to be rejected', async () => (await skep.http('GET', '/v1/auth/me', { token: access })).status === 401);
    expect((await skep.http('GET', '/v1/auth/me', { token: ada.access })).status).toBe(200);
  });

  it('can be revoked except for the current one, by a request without a body', async () => {
    const { access } = await login('another/1.0');
    const { status, json } = await skep.http('POST', '/v1/auth/sessions/revoke-others', { token: ada.access });
    expect(status).toBe(200);
    expect(Number(json['revoked'])).toBeGreaterThan(0);
    expect(await sessions(ada.access)).toMatchObject([{ current: true }]);
    await waitUntil('the token to be rejected', async () => (await skep.http('GET', '/v1/auth/me', { token: access })).status === 401);
  });
});

it('reuse of a refresh token sends an event to the user’s other sessions', async () => {
  const stolen = (await login('victim/1.0')).refresh;
  const refresh = (refresh_token: string) => skep.http('POST', '/v1/auth/refresh', { body: { refresh_token } });
  const second = String((await refresh(stolen)).json['refresh_token']);
  await refresh(second);
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${ada.access}` };
  const stream = await fetch(`${skep.url}/v1/events/stream?last_event_id=0`, { headers, signal: abort.signal });
  expect((await refresh(stolen)).status).toBe(401);
  let text = '';
  const read = (async () => {
    for await (const part of stream.body!) text += Buffer.from(part).toString();
  })().catch(() => undefined);
  await waitUntil('the event', () => /"type":"auth\.session_revoked".*"reason":"reuse"/.test(text));
  abort.abort();
  await read;
});
