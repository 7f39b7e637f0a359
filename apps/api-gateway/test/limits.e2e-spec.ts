import { type GatewayProcess, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

describe('with rate limits on', () => {
  let skep: Skep;
  beforeAll(async () => (skep = await startSkep({ env: { SKEP_RATE_LIMITS: 'on', SKEP_CORS_ORIGINS: 'https://panel.example' } })));
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

describe('two gateways', () => {
  const LIMIT = 60;
  let skep: Skep;
  let second: GatewayProcess;
  beforeAll(async () => {
    skep = await startSkep({ env: { SKEP_RATE_LIMITS: `requests=${LIMIT}`, SKEP_TRUST_PROXY: '1' } });
    second = await skep.startGateway();
  });
  afterAll(() => skep?.close());

  // Pages and unknown paths need no NATS. Each test has a client of its own: the limits are by network.
  let clients = 0;
  const nextClient = () => {
    const headers = { 'x-forwarded-for': `203.0.113.${++clients}` };
    return async (gateway: string) => {
      const answer = await skep.http('HEAD', '/docs', { gateway, headers });
      const policy = answer.headers.get('ratelimit-policy') ?? '';
      return { status: answer.status, left: Number(answer.headers.get('ratelimit-remaining')), policy };
    };
  };

  it('count together: the limit holds for both, except for what arrives within a tenth of a second', async () => {
    const request = nextClient();
    const statuses: number[] = [];
    await waitUntil('both to refuse', async () => {
      const both = [await request(skep.url), await request(second.url)].map(({ status }) => status);
      statuses.push(...both);
      return both.every((status) => status === 429);
    });
    const accepted = statuses.filter((status) => status === 200).length;
    expect(accepted).toBeGreaterThanOrEqual(LIMIT);
    expect(accepted).toBeLessThan(1.5 * LIMIT);
  });

  it('tell each other of a failed login at once: at most one more is answered while the message travels', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    const login = (gateway: string) =>
      skep.http('POST', '/v1/auth/login', { gateway, headers, body: { email: 'nobody@example.com', password: 'wrong password' } });
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await login(i % 2 ? skep.url : second.url)).status);
    expect(statuses.toSorted()).toEqual(statuses);
    expect([5, 6]).toContain(statuses.filter((status) => status === 401).length);
  });

  it('keep the counts of one that was killed, and it learns them when it starts again', async () => {
    const request = nextClient();
    for (let i = 0; i < 30; i++) await request(second.url);
    await waitUntil('the first to learn', async () => (await request(skep.url)).left < LIMIT - 30);
    await second.kill();
    const { left } = await request(skep.url);
    expect(left).toBeLessThan(LIMIT - 30);
    await second.start();
    await waitUntil('the second to hear the first', async () => (await nextClient()(second.url)).policy.endsWith('counted=together'));
    expect((await request(second.url)).left).toBeLessThanOrEqual(left);
  });

  it('count alone without NATS and say so, and count together again afterwards', async () => {
    const request = nextClient();
    await skep.infra.nats.kill();
    await waitUntil('both to count alone', async () =>
      (await Promise.all([skep.url, second.url].map(nextClient()))).every(({ policy }) => policy === '"requests";q=60;w=60;counted=alone'),
    );
    const alone = [];
    for (const gateway of [skep.url, second.url]) for (let i = 0; i < 20; i++) alone.push(await request(gateway));
    expect(alone.slice(-1)).toMatchObject([{ status: 200, left: LIMIT - 20 }]);
    await skep.infra.nats.start();
    await waitUntil('both to count together', async () =>
      (await Promise.all([skep.url, second.url].map(nextClient()))).every(({ policy }) => policy.endsWith('counted=together')),
    );
    expect((await request(skep.url)).left).toBeLessThan(LIMIT - 40);
    expect((await request(second.url)).left).toBeLessThan(LIMIT - 40);
  });
});

describe('a path outside the route tables', () => {
  let skep: Skep;
  beforeAll(async () => (skep = await startSkep({ env: { SKEP_RATE_LIMITS: 'on' } })));
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
    let closed: Promise<void> | undefined;
    try {
      const ada = await skep.signUpUser();
      const stream = await fetch(`${skep.url}/v1/events/stream`, { headers: { authorization: `Bearer ${ada.access}` } });
      const calls = Array.from({ length: 20 }, () => ({
        function: 'create_rule',
        params: { prompt: 'When a mail arrives, save its links.' },
      }));
      const batch = skep.http('POST', '/v1/extensions/automations/batch', { token: ada.access, body: { user_id: ada.id, calls } });
      await new Promise((resolve) => setTimeout(resolve, 60));
      closed = skep.close();
      const { status, rows } = await batch;
      expect([status, rows.length]).toEqual([200, 20]);
      expect(rows.map((row) => String(row['status'])).filter((each) => each !== 'success')).toEqual([]);
      await expect(stream.text()).resolves.toMatch(/^retry/);
    } finally {
      await (closed ?? skep.close());
    }
  });
});
