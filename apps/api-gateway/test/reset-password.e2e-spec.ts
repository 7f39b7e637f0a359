import { type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

let skep: Skep;
beforeAll(async () => (skep = await startSkep()));
afterAll(() => skep?.close());

it('a user who forgot the password sets a new one by the e-mail', async () => {
  const { email, access } = await skep.signUpUser();
  const verification = await skep.mailToken(email);
  expect((await skep.http('POST', '/v1/auth/forgot-password', { body: { email } })).status).toBe(200);
  const token = await waitUntil('the new mail', async () => {
    const newest = await skep.mailToken(email);
    return newest === verification ? undefined : newest;
  });
  const done = await skep.http('POST', '/v1/auth/reset-password', { body: { token, new_password: 'another good one' } });
  expect(done.status).toBe(200);
  await waitUntil('the old session to end', async () => (await skep.http('GET', '/v1/auth/me', { token: access })).status === 401);
  expect((await skep.http('POST', '/v1/auth/login', { body: { email, password: 'another good one' } })).status).toBe(200);
});

it('the page loads only its own script, sends no referrer, and is not cached', async () => {
  const { status, headers, text } = await skep.http('GET', '/reset-password');
  expect([status, headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([200, 'no-referrer', 'no-store']);
  expect(headers.get('content-security-policy')).toMatch(/script-src 'self'/);
  expect(text).toMatch(/<label for="password">/);
  const script = await skep.http('GET', '/reset-password.js');
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(script.text).toMatch(/location\.hash/);
});
