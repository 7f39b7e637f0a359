import { type Answer, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';

let skep: Skep;
let ada: TestUser;
/** The cookies of a browser in which Ada is signed in. */
let cookies: Map<string, string>;

const OWN = { 'sec-fetch-site': 'same-origin', 'x-skep-csrf': '1' };
const cookieOf = (jar: Map<string, string>) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

/** Takes the cookies of an answer, as a browser does. */
function take(jar: Map<string, string>, { headers }: Answer): void {
  for (const cookie of headers.getSetCookie()) {
    const [, name = '', value = '', seconds] = /^([^=]+)=([^;]*); Max-Age=(\d+)/.exec(cookie) ?? [];
    if (seconds === '0') jar.delete(name);
    else jar.set(name, value);
  }
}

async function send(method: string, path: string, headers: Record<string, string> = OWN, body?: unknown, jar = cookies): Promise<Answer> {
  const answer = await skep.http(method, path, { headers: { ...headers, ...(jar.size && { cookie: cookieOf(jar) }) }, body });
  take(jar, answer);
  return answer;
}

const newTokens = async () => (await skep.http('POST', '/v1/auth/login', { body: { email: ada.email, password: ada.password } })).json;
const start = (refresh_token: unknown, headers = OWN as Record<string, string>, jar = cookies) =>
  send('POST', '/app/session', headers, { refresh_token }, jar);
const me = () => send('GET', '/v1/auth/me');
/** Revocations reach a gateway as events. */
const untilSignedOut = (jar: Map<string, string>) =>
  waitUntil('the end of the session', async () => (await send('GET', '/v1/auth/me', OWN, undefined, jar)).status === 401 || undefined);
const setName = (headers?: Record<string, string>) => send('PUT', '/v1/me/nickname', headers, { nickname: 'ada-of-web' });

beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
});
afterAll(() => skep?.close());
beforeEach(async () => {
  cookies = new Map();
  await start((await newTokens())['refresh_token']);
});

describe('a browser session', () => {
  it('is in cookies that no script reads and no other site sends', async () => {
    const jar = new Map<string, string>();
    const answer = await start((await newTokens())['refresh_token'], OWN, jar);
    expect([answer.status, answer.text]).toEqual([204, '']);
    const set = answer.headers.getSetCookie();
    expect(set.map((cookie) => cookie.split('=')[0])).toEqual(['skep_access', 'skep_refresh']);
    for (const cookie of set) expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it('is the credential of requests, except where another credential is sent', async () => {
    expect((await me()).json['email']).toBe(ada.email);
    expect((await setName()).status).toBe(200);
    expect((await send('GET', '/v1/auth/me', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send('GET', '/v1/auth/me', { 'x-api-key': 'wrong' })).status).toBe(401);
    expect((await send('POST', '/mcp', OWN, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(401);
  });

  it('uses up the refresh token that scripts have seen', async () => {
    const refresh = String((await newTokens())['refresh_token']);
    await start(refresh);
    expect(cookies.get('skep_refresh')).not.toBe(refresh);
  });

  it('renews its access token on the way, once for requests that arrive together', async () => {
    cookies.delete('skep_access');
    const before = cookies.get('skep_refresh');
    const answers = await Promise.all(Array.from({ length: 8 }, () => me()));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.flatMap(({ headers }) => headers.getSetCookie()).filter((cookie) => /refresh/.test(cookie))).size).toBe(1);
    expect(cookies.get('skep_refresh')).not.toBe(before);
    cookies.set('skep_access', 'not.a.token');
    expect((await me()).status).toBe(200);
  });

  it('ends with a sign-out, on the server too', async () => {
    const copied = new Map(cookies);
    expect((await send('DELETE', '/app/session')).status).toBe(204);
    expect(cookies.size).toBe(0);
    expect((await me()).status).toBe(401);
    await untilSignedOut(copied);
    expect(copied.size).toBe(0);
  });

  it('ends the session that the browser had before', async () => {
    const former = new Map(cookies);
    await start((await newTokens())['refresh_token']);
    await untilSignedOut(former);
    expect((await me()).status).toBe(200);
  });

  it.each([undefined, 7, 'rt_unknown', ''])('does not start with the refresh token %p', async (refresh) => {
    const jar = new Map<string, string>();
    expect([401, 422]).toContain((await start(refresh, OWN, jar)).status);
    expect(jar.size).toBe(0);
  });
});

describe('another site', () => {
  const origin = (name: string) => ({ origin: name, 'x-skep-csrf': '1' });
  it.each<[string, Record<string, string>]>([
    ['of another domain', { 'sec-fetch-site': 'cross-site', 'x-skep-csrf': '1' }],
    ['of a subdomain', { 'sec-fetch-site': 'same-site', 'x-skep-csrf': '1' }],
    ['of no page', { 'sec-fetch-site': 'none', 'x-skep-csrf': '1' }],
    ['of another origin over plain HTTP', origin('http://evil.example')],
    ['of an opaque origin', origin('null')],
    ['that names no origin', { 'x-skep-csrf': '1' }],
    ['without the header', { 'sec-fetch-site': 'same-origin' }],
  ])('cannot change anything with a request %s', async (_, headers) => {
    for (const answer of [await setName(headers), await send('DELETE', '/app/session', headers)])
      expect([answer.status, answer.json['code']]).toEqual([403, 'forbidden']);
    expect((await start((await newTokens())['refresh_token'], headers)).status).toBe(403);
    expect((await me()).status).toBe(200);
  });

  it('is told from this one by Origin where browsers send nothing better', async () => {
    expect((await setName(origin(skep.url))).status).toBe(200);
  });

  it.each(['same-site', 'cross-site'])('does not read with the cookies: %s', async (site) => {
    expect((await send('GET', '/v1/auth/me', { 'sec-fetch-site': site })).status).toBe(403);
  });

  it('does not matter to programs, which send tokens', async () => {
    const answer = await skep.http('PUT', '/v1/me/nickname', {
      token: ada.access,
      headers: { 'sec-fetch-site': 'cross-site' },
      body: { nickname: 'ada-of-web' },
    });
    expect(answer.status).toBe(200);
  });
});

describe('the files of the web app', () => {
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${skep.url}${path}`, { method, headers, redirect: 'manual' });
  /** As a browser asks; `fetch` of Node would also ask not to use caches. */
  const statusFor = async (path: string, etag: string | null) => {
    const asked = httpGet(`${skep.url}${path}`, { headers: { 'if-none-match': etag ?? '' } });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer.resume().statusCode;
  };
  const scriptOf = (html: string) => /src="(\/app\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';

  it('are a page at every path below /app/, and nowhere else', async () => {
    expect((await get('/app')).headers.get('location')).toBe('/app/');
    for (const path of ['/app/', '/app/marketplace/notes', '/app/?q=1']) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(await answer.text()).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    }
    expect((await get('/application')).status).toBe(404);
    expect((await get('/app/', {}, 'POST')).status).toBe(405);
  });

  it('run only scripts of this origin, in no frame', async () => {
    const { headers } = await get('/app/');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect([headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual(['nosniff', 'DENY']);
  });

  it('are compressed, kept for good, and 304 for a known entity tag', async () => {
    const script = scriptOf(await (await get('/app/')).text());
    for (const encoding of ['br', 'gzip', 'identity']) {
      const { headers } = await get(script, { 'accept-encoding': encoding });
      expect(headers.get('content-encoding') ?? 'identity').toBe(encoding);
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
        'public, max-age=31536000, immutable',
        'nosniff',
      ]);
      expect(headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
      expect(headers.get('vary')).toContain('accept-encoding');
    }
    const head = await get(script, { 'accept-encoding': 'identity' }, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(await statusFor(script, head.headers.get('etag'))).toBe(304);
    const page = await get('/app/');
    expect(await statusFor('/app/x', page.headers.get('etag'))).toBe(304);
  });

  it.each([
    '/app/assets/none.js',
    '/app/assets/',
    '/app/assets/..%2findex.html',
    '/app/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '/app/assets/..%5c..%5cpackage.json',
  ])('are no others: %s', async (path) => {
    const answer = await get(path);
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/json/);
  });
});
