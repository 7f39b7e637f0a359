import { type TestUser, type Skep, startSkep } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const statusesOf = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))];
/** Makes a request appear to come from an address: the test acts as a trusted proxy. */
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('an office behind one network address', () => {
  let skep: Skep;
  let ada: TestUser;
  beforeAll(async () => {
    const limits = 'auth.signup=40,auth.loginWithSecondFactor=2,account.login=3';
    skep = await startSkep({
      gateway: new URL('../src/main.js', import.meta.url),
      env: { SKEP_RATE_LIMITS: limits, SKEP_RATE_LIMIT_EXEMPT: '198.51.100.0/24,2001:db8::/48', SKEP_TRUST_PROXY: '1' },
    });
    ada = await skep.signUpUser();
  });
  afterAll(() => skep?.close());

  const login = (address: string, password = ada.password, email = ada.email) =>
    skep.http('POST', '/v1/auth/login', { body: { email, password }, headers: from(address) });
  const failLogin = (address: string, n: number) => login(address, 'a wrong password', `nobody-${n}@example.com`);
  const times = <T>(count: number, work: (n: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_, n) => work(n)));

  it('can log in any number of times, in sequence and at once', async () => {
    for (let n = 0; n < 8; n++) expect((await login('203.0.113.1')).status).toBe(200);
    expect(statusesOf(await times(20, () => login('203.0.113.1')))).toEqual([200]);
  });

  it('is limited to five failed logins per minute, and successful logins do not count', async () => {
    for (let n = 0; n < 5; n++) {
      expect((await failLogin('203.0.113.2', n)).status).toBe(401);
      if (n < 4) expect((await login('203.0.113.2')).status).toBe(200);
    }
    expect([(await failLogin('203.0.113.2', 5)).status, (await login('203.0.113.2')).status]).toEqual([429, 429]);
    expect((await login('203.0.113.3')).status).toBe(200);
  });

  it('has the limits that the operator configured', async () => {
    const signup = await skep.http('POST', '/v1/auth/signup', { body: {}, headers: from('203.0.113.5') });
    expect(signup.headers.get('ratelimit-limit')).toBe('40');
    const answer = () =>
      skep.http('POST', '/v1/auth/login/second-factor', { body: { challenge: 'x', code: '123456' }, headers: from('203.0.113.5') });
    expect([(await answer()).status, (await answer()).status, (await answer()).status]).toEqual([400, 400, 429]);
  });

  it.each(['198.51.100.77', '2001:db8:0:5::1'])(
    'is not limited when its network is exempt, such as that of %s, but guesses at one account are',
    async (address) => {
      expect(statusesOf(await times(12, (n) => failLogin(address, n)))).toEqual([401]);
      for (let n = 0; n < 3; n++) expect((await login(address, 'a wrong password')).status).toBe(401);
      expect((await login(address)).status).toBe(429);
      expect((await login('203.0.113.6')).status).toBe(200);
    },
  );
});

describe('a gateway', () => {
  it('sends Secure cookies and HSTS when its public URL is https, although its proxy uses HTTP', async () => {
    const skep = await startSkep({ env: { SKEP_PUBLIC_URL: 'https://skep.example' } });
    try {
      const authorized = await skep.http('POST', '/v1/auth/cli/device/authorize', {
        body: { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
      });
      const { headers } = await skep.http('GET', `/device?user_code=${String(authorized.json['user_code'])}`);
      expect(headers.get('set-cookie')).toMatch(/^skep_device=.*; Secure$/);
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    } finally {
      await skep.close();
    }
  });
});
