import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';

let skep: Skep;
let ada: TestUser;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
async function authorizeDevice() {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const { status, json } = await skep.http('POST', '/v1/auth/cli/device/authorize', {
    body: { code_challenge, code_challenge_method: 'S256' },
    headers: { 'user-agent': 'python-httpx/0.28.1' },
  });
  expect(status).toBe(200);
  return {
    device_code: String(json['device_code']),
    user_code: String(json['user_code']),
    uri: String(json['verification_uri_complete']),
    code_verifier,
  };
}
type Device = Awaited<ReturnType<typeof authorizeDevice>>;
const poll = ({ device_code, code_verifier }: Device) =>
  skep.http('POST', '/v1/auth/cli/device/token', { body: { device_code, code_verifier } });
const pollByForm = ({ device_code, code_verifier }: Device, more = {}) =>
  skep.http('POST', '/v1/auth/cli/device/token', {
    raw: form({ grant_type: DEVICE_GRANT, device_code, code_verifier, ...more }),
    headers: FORM,
  });

/** Opens the page like a browser without scripts. @returns the response, its CSRF token and its cookie */
async function open(user_code: string) {
  const page = await skep.http('GET', `/device?user_code=${user_code}`);
  const [, csrf = ''] = /name="csrf" value="([\w-]+)"/.exec(page.text) ?? [];
  return { ...page, csrf, cookie: (page.headers.get('set-cookie') ?? '').split(';')[0]! };
}
const send = (fields: Record<string, string>, headers: Record<string, string>) =>
  skep.http('POST', '/device', { raw: form(fields), headers: { ...FORM, ...headers } });
async function decide(user_code: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const { csrf, cookie } = await open(user_code);
  return send({ csrf, user_code, tenant_id: 'default', ...fields }, { cookie, 'sec-fetch-site': 'same-origin', ...headers });
}
const credentials = () => ({ email: ada.email, password: ada.password });

describe('a device', () => {
  it('gets 200 with an error while it waits, and working tokens after the approval', async () => {
    const cli = await authorizeDevice();
    const waiting = await poll(cli);
    expect([waiting.status, waiting.json]).toEqual([200, { error: 'authorization_pending' }]);
    const tooFast = await poll(cli);
    expect([tooFast.status, tooFast.json]).toEqual([200, { error: 'slow_down' }]);
    const page = await decide(cli.user_code, { decision: 'approve', ...credentials() });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toMatch(/The device is connected/);
    const tokens = await poll(cli);
    expect(tokens.json).toMatchObject({ token_type: 'bearer', expires_in: expect.any(Number), refresh_token: expect.any(String) });
    const me = await skep.http('GET', '/v1/auth/me', { token: String(tokens.json['access_token']) });
    expect(String(me.json['imperal_id'])).toBe(ada.id);
  });

  it('gets access_denied when the user denies it', async () => {
    const cli = await authorizeDevice();
    expect((await decide(cli.user_code, { decision: 'deny' })).text).toMatch(/The device is not connected/);
    const denied = await poll(cli);
    expect([denied.status, denied.json['error'], denied.json['code']]).toEqual([400, 'access_denied', 'access_denied']);
    expect((await poll({ ...cli, device_code: 'made-up' })).json).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.any(String),
    });
  });

  it('gets 400 while it waits when it sends forms, as RFC 8628 requires', async () => {
    const code_verifier = randomBytes(48).toString('base64url');
    const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
    const raw = form({ client_id: 'a-client', code_challenge, code_challenge_method: 'S256' });
    const { json } = await skep.http('POST', '/v1/auth/cli/device/authorize', { raw, headers: FORM });
    const cli = { device_code: String(json['device_code']), user_code: String(json['user_code']), uri: '', code_verifier };
    const waiting = await pollByForm(cli);
    expect([waiting.status, waiting.json]).toEqual([400, { error: 'authorization_pending' }]);
    expect((await open(cli.user_code)).text).toMatch(/a-client/);
    await decide(cli.user_code, { decision: 'approve', ...credentials() });
    expect([(await pollByForm(cli, { grant_type: 'password' })).status, (await pollByForm(cli)).status]).toEqual([400, 200]);
    expect((await pollByForm(cli)).json).toMatchObject({ error: 'invalid_grant' });
  });

  it('gets an OAuth error for invalid input, as JSON and as a form', async () => {
    const json = await skep.http('POST', '/v1/auth/cli/device/authorize', { body: { code_challenge_method: 'plain' } });
    expect([json.status, json.json['error'], Array.isArray(json.json['detail'])]).toEqual([422, 'invalid_request', true]);
    const encoded = await skep.http('POST', '/v1/auth/cli/device/authorize', { raw: 'code_challenge=x', headers: FORM });
    expect([encoded.status, encoded.json['error']]).toEqual([400, 'invalid_request']);
    expect((await skep.http('POST', '/v1/auth/login', { raw: 'a=b', headers: FORM })).status).toBe(415);
  });
});

describe('the page', () => {
  it('asks for the code, and shows an error for an unknown one', async () => {
    const empty = await skep.http('GET', '/device');
    expect([empty.status, empty.text]).toEqual([200, expect.stringMatching(/<label for="user_code">/)]);
    const unknown = await open('BBBB-BBBB');
    expect([unknown.status, unknown.csrf]).toEqual([404, '']);
    expect(unknown.text).toMatch(/role="alert"/);
  });

  it('is the verification URI of the device, loads nothing, and is not cached', async () => {
    const { uri, user_code } = await authorizeDevice();
    expect(uri).toBe(`${skep.url}/device?user_code=${user_code}`);
    const { headers, text } = await open(user_code);
    expect(text).toMatch(/python-httpx\/0\.28\.1/);
    expect(text).toMatch(/127\.0\.0\.1/);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['no-referrer', 'no-store']);
    expect(headers.get('set-cookie')).toMatch(/Path=\/device; Max-Age=900; HttpOnly; SameSite=Strict$/);
  });

  it('shows the name that a device gives itself as text', async () => {
    const { json } = await skep.http('POST', '/v1/auth/cli/device/authorize', {
      body: { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', client_id: '<script>alert(1)</script>' },
    });
    const { text } = await open(String(json['user_code']));
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script');
  });

  it('asks again after a wrong password, and keeps the e-mail address but not the password', async () => {
    const { user_code } = await authorizeDevice();
    const again = await decide(user_code, { decision: 'approve', email: ada.email, password: 'not "this" one' });
    expect(again.status).toBe(401);
    expect(again.text).toMatch(/role="alert"/);
    expect(again.text).toContain(`value="${ada.email}"`);
    expect(again.text).not.toMatch(/not (")?(&quot;)?this/);
    expect((await decide(user_code, { decision: 'approve', email: 'no address', password: 'x' })).status).toBe(422);
  });

  it.each([
    ['without the cookie', { cookie: '' }],
    ['with another cookie', { cookie: `skep_device=${'x'.repeat(43)}` }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ])('rejects a decision %s', async (_, headers) => {
    const cli = await authorizeDevice();
    expect((await decide(cli.user_code, { decision: 'approve', ...credentials() }, headers)).status).toBe(400);
    expect((await decide(cli.user_code, { decision: 'deny' }, headers)).status).toBe(400);
    expect((await poll(cli)).json).toEqual({ error: 'authorization_pending' });
  });

  it('accepts one decision only', async () => {
    const { user_code } = await authorizeDevice();
    const { csrf, cookie } = await open(user_code);
    const fields = { csrf, user_code, decision: 'approve', tenant_id: 'default', ...credentials() };
    expect((await send(fields, { cookie })).status).toBe(200);
    expect((await send(fields, { cookie })).status).toBe(404);
  });
});
