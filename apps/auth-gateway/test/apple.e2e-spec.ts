import { auth } from '@skep/contracts/auth';
import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';
import { type AuthHarness, someone, startAuth } from './auth.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let harness: AuthHarness;
let apple: Server;
/** The forms that Apple got, with the path. */
let asked: Record<string, string>[];
/** How many requests about tokens fail first. */
let failures: number;

/** A strict Apple: it checks the client secret, and a code works once. */
async function startApple() {
  const codes = new Set(['good', 'again']);
  const server = createServer((request, response) => {
    const answer = (status: number, json?: object) => response.writeHead(status).end(json && JSON.stringify(json));
    void text(request).then(async (body) => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const path = request.url ?? '';
      asked.push({ path, ...form });
      const options = { issuer: 'TEAM123456', audience: 'https://appleid.apple.com', subject: form['client_id']! };
      const secret = await jwtVerify(form['client_secret'] ?? '', publicKey, options).catch(() => undefined);
      if (secret?.protectedHeader.kid !== 'KEY1234567' || form['client_id'] !== 'test.skep.coach')
        return answer(400, { error: 'invalid_client' });
      if (failures-- > 0) return answer(503);
      if (path === '/auth/revoke') return answer(200);
      if (!codes.delete(form['code'] ?? '')) return answer(400, { error: 'invalid_grant' });
      return answer(200, { access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer', expires_in: 3_600 });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  apple = await startApple();
  harness = await startAuth({
    ...{ APPLE_TEAM_ID: 'TEAM123456', APPLE_KEY_ID: 'KEY1234567', APPLE_PRIVATE_KEY: KEY.replaceAll('\n', '\\n') },
    ...{ APP_ATTEST_APP_IDS: 'TEAM123456.test.skep.coach', APPLE_API_BASE: `http://127.0.0.1:${(apple.address() as AddressInfo).port}` },
  });
});
beforeEach(() => void ([asked, failures] = [[], 0]));
afterAll(async () => {
  await harness?.close();
  apple?.close();
});

const revoke = (authorization_code: string) => harness.call(auth.revokeApple, someone({ actor: 'service:coach' }), { authorization_code });

it('a fresh code withdraws the consent at Apple, and a used one has lapsed', async () => {
  expect(await revoke('good')).toEqual({ outcome: 'revoked' });
  expect(asked.map(({ path, code, token, token_type_hint }) => [path, code, token, token_type_hint])).toEqual([
    ['/auth/token', 'good', undefined, undefined],
    ['/auth/revoke', undefined, 'refresh', 'refresh_token'],
  ]);
  expect(await revoke('good')).toEqual({ outcome: 'lapsed' });
});

it('Apple that fails is asked again later', async () => {
  failures = 1;
  expect(await codeOf(revoke('again'))).toBe('unavailable');
  expect(await revoke('again')).toEqual({ outcome: 'revoked' });
});

it('without a key of Apple there is nothing to do, and half of the settings stop the start', async () => {
  await harness.restart({ APPLE_TEAM_ID: '', APPLE_KEY_ID: '', APPLE_PRIVATE_KEY: '' });
  expect(await revoke('good')).toEqual({ outcome: 'not_configured' });
  expect(asked).toEqual([]);
  await expect(harness.restart({ APPLE_KEY_ID: '' })).rejects.toThrow('APPLE_KEY_ID: is required with');
  await expect(harness.restart({ APPLE_PRIVATE_KEY: 'nonsense' })).rejects.toThrow('APPLE_PRIVATE_KEY: must be the .p8 file');
});
