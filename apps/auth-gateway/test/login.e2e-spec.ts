import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { ADMIN, type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

describe('a login', () => {
  it('gives an access token that the published key verifies', async () => {
    const { user, email } = await harness.newcomer();
    expect(user).toMatch(/^imp_u_[0-9a-z]{20}$/);
    const { access_token, expires_in } = await harness.login(email);
    const { keys } = await harness.call(auth.getJwks, someone(), {});
    expect(keys).toEqual([{ kty: 'RSA', kid: expect.any(String), alg: 'RS256', use: 'sig', n: expect.any(String), e: 'AQAB' }]);
    const { payload, protectedHeader } = await jwtVerify(access_token, createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' }));
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: keys[0]!['kid'] });
    expect(payload).toMatchObject({
      sub: user,
      tenant_id: 'default',
      org_id: null,
      email,
      role: 'user',
      sid: expect.stringMatching(/^ses_\w{22}$/),
    });
    expect(payload.exp! - payload.iat!).toBe(expires_in);
    expect(payload['scopes']).toContain('store:*');
    expect(payload).not.toHaveProperty('aud');
  });

  it('gives the same error for a wrong password, an unknown address, an unknown tenant and an inactive user', async () => {
    const { email } = await harness.newcomer();
    const gone = await harness.newcomer();
    await harness.query('update account set is_active = false where id = $1', [gone.user]);
    const ends = await Promise.all([
      problemOf(harness.login(email, 'not this one')),
      problemOf(harness.login('unknown@example.com')),
      problemOf(harness.login(email, PASSWORD, someone(), 'nowhere')),
      problemOf(harness.login(gone.email)),
    ]);
    for (const { body } of ends) expect(body).toEqual({ ...ends[0].body, code: 'invalid_credentials', status: 401 });
  });

  it('is limited after ten wrong passwords per network, whether the address is known or not', async () => {
    const { email } = await harness.newcomer();
    for (const address of [email, 'unknown.too@example.com']) {
      const attacker = someone({ ip: '2001:db8:1:2::1' });
      for (let i = 0; i < 10; i++) expect(await codeOf(harness.login(address, 'not this one', attacker))).toBe('invalid_credentials');
      const neighbour = someone({ ip: '2001:db8:1:2:ffff::9' });
      const { body, retryAfter } = await problemOf(harness.login(address, PASSWORD, neighbour));
      expect(body).toMatchObject({ code: 'too_many_requests', status: 429 });
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
    await expect(harness.login(email)).resolves.toBeDefined();
  });

  it('resets the limit after a correct password', async () => {
    const { email } = await harness.newcomer();
    const ctx = someone();
    for (let i = 0; i < 9; i++) await problemOf(harness.login(email, 'not this one', ctx));
    await harness.login(email, PASSWORD, ctx);
    for (let i = 0; i < 9; i++) expect(await codeOf(harness.login(email, 'not this one', ctx))).toBe('invalid_credentials');
  });

  it('gives too_many_requests if the queue of passwords is full', async () => {
    const ends = await Promise.all(Array.from({ length: 100 }, (_, i) => problemOf(harness.login(`crowd${i}@example.com`))));
    const codes = new Map<string, number>();
    for (const { body } of ends) codes.set(body.code, (codes.get(body.code) ?? 0) + 1);
    expect([...codes.keys()].sort()).toEqual(['invalid_credentials', 'too_many_requests']);
    expect(codes.get('invalid_credentials')).toBeGreaterThanOrEqual(65);
    expect(ends.find(({ body }) => body.code === 'too_many_requests')?.retryAfter).toBe(2);
  });

  it('names the invalid field', async () => {
    await expect(problemOf(harness.login('nope'))).resolves.toMatchObject({ body: { status: 422, detail: [{ loc: ['email'] }] } });
  });
});

describe('the first administrator', () => {
  const login = (password: string) => harness.login(ADMIN.SKEP_ADMIN_EMAIL, password);

  it('exists after the first start and has all scopes', async () => {
    const [admin] = await harness.query(`select id from account where email = $1`, [ADMIN.SKEP_ADMIN_EMAIL]);
    const me = await harness.call(auth.getMe, someone({ tenant: 'default', user: String(admin!['id']) }), {});
    expect(me).toMatchObject({ role: 'admin', scopes: ['*'], is_active: true });
    await expect(login(ADMIN.SKEP_ADMIN_PASSWORD)).resolves.toBeDefined();
  });

  it('keeps the password if the settings have another one at a later start', async () => {
    await harness.restart({ SKEP_ADMIN_PASSWORD: 'the second password' });
    await expect(login(ADMIN.SKEP_ADMIN_PASSWORD)).resolves.toBeDefined();
    expect(await codeOf(login('the second password'))).toBe('invalid_credentials');
    expect(await harness.query('select count(*)::int as n from account where role = $1', ['admin'])).toEqual([{ n: 1 }]);
  });
});
