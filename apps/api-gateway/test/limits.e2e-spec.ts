import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

describe('with rate limits on', () => {
  let skep: Skep;
  beforeAll(async () => (skep = await startSkep({ env: { SKEP_RATE_LIMITS: 'on', SKEP_CORS_ORIGINS: 'https://panel.example' } })), 60_000);
  afterAll(() => skep?.close());

  it('the sixth failed login within a minute is 429 with Retry-After', async () => {
    const login = () => skep.http('POST', '/v1/auth/login', { body: { email: 'nobody@example.com', password: 'wrong password' } });
    for (let left = 4; left >= 0; left--) {
      const { status, headers } = await login();
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([401, '5', String(left)]);
    }
    const { status, headers, json } = await login();
    expect([status, String(json['code']), headers.get('ratelimit-remaining')]).toEqual([429, 'too_many_requests', '0']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('the eleventh decision on a device within a minute is 429', async () => {
    const decide = () =>
      skep.http('POST', '/device', { raw: 'user_code=BCDF-GHJK', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await decide()).status);
    expect(statuses.indexOf(429)).toBe(10);
  });

  it('a client that sends too many invalid tokens is limited, on all routes together', async () => {
    const guess = (i: number) =>
      skep.http('GET', i % 2 ? '/v1/auth/me' : '/v1/events/stream', { headers: { authorization: `Bearer x.${i}.y` } });
    const statuses = [];
    for (let i = 0; i < 70; i++) statuses.push((await guess(i)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
    expect((await skep.http('GET', '/v1/billing/plans')).status).toBe(200);
  });

  it('the twenty-first device code within a minute is 429', async () => {
    const statuses = [];
    for (let i = 0; i < 21; i++) statuses.push((await skep.http('GET', '/device?user_code=BCDF-GHJK')).status);
    expect(statuses.indexOf(429)).toBe(20);
  });

  it('opening an event stream counts as a request of the user', async () => {
    const ada = await skep.signUpUser();
    const ended = new AbortController();
    const { headers } = await fetch(`${skep.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${ada.access}` },
      signal: ended.signal,
    });
    ended.abort();
    expect([headers.get('ratelimit-limit'), Number(headers.get('ratelimit-remaining'))]).toEqual(['600', 599]);
  });

  it('CORS allows all methods to a configured origin', async () => {
    const preflight = (origin: string) =>
      skep.http('OPTIONS', '/v1/marketplace/apps/some-app/install', { headers: { origin, 'access-control-request-method': 'DELETE' } });
    const { headers } = await preflight('https://panel.example');
    expect(headers.get('access-control-allow-origin')).toBe('https://panel.example');
    expect(headers.get('access-control-allow-methods')).toMatch(/PUT.*DELETE/);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });
});

describe('a path outside the route tables', () => {
  let skep: Skep;
  beforeAll(async () => (skep = await startSkep({ env: { SKEP_RATE_LIMITS: 'on' } })), 60_000);
  afterAll(() => skep?.close());

  it('is limited too: pages, the contract and unknown paths, but not the health check', async () => {
    const paths = ['/v1/openapi.json', '/docs', '/v1/nothing/here', '/reset-password'];
    const answers = await Promise.all(Array.from({ length: 604 }, (_, i) => skep.http('HEAD', paths[i % 4]!)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
    expect((await skep.http('GET', '/healthz')).status).toBe(200);
  });
});

describe('a stopping gateway', () => {
  it('finishes its requests and ends its streams', async () => {
    const skep = await startSkep();
    let ada: TestUser;
    try {
      ada = await skep.signUpUser();
      const stream = await fetch(`${skep.url}/v1/events/stream`, { headers: { authorization: `Bearer ${ada.access}` } });
      const calls = Array.from({ length: 50 }, () => ({
        function: 'create_rule',
        params: { prompt: 'When a mail arrives, save its links.' },
      }));
      const batch = skep.http('POST', '/v1/extensions/automations/batch', { token: ada.access, body: { user_id: ada.id, calls } });
      await new Promise((resolve) => setTimeout(resolve, 60));
      const closed = skep.close();
      const { status, rows } = await batch;
      expect([status, rows.length]).toEqual([200, 50]);
      expect(rows.map((row) => String(row['status'])).filter((each) => each !== 'success')).toEqual([]);
      await expect(stream.text()).resolves.toMatch(/^retry/);
      await closed;
    } finally {
      await skep.close();
    }
  });
});
