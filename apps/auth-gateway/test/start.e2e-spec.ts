import { auth } from '@skep/contracts/auth';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, type JsonWebKey, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { start } from '../src/main.js';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

const jwks = async () => (await harness.call(auth.getJwks, someone(), {})).keys;
const kidOf = (token: string) => (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;

describe('signing keys', () => {
  it('survive a restart, as do tokens and sessions', async () => {
    const { tokens } = await harness.newcomer();
    const before = await jwks();
    await harness.restart();
    expect(await jwks()).toEqual(before);
    await expect(jwtVerify(tokens.access_token, createPublicKey({ key: before[0] as JsonWebKey, format: 'jwk' }))).resolves.toBeDefined();
    const next = await harness.call(auth.refresh, someone(), { refresh_token: tokens.refresh_token });
    expect(kidOf(next.access_token)).toBe(before[0]!['kid']);
  });

  it('are stored encrypted', async () => {
    const [row] = await harness.query('select sealed_private_key from signing_key');
    expect((row!['sealed_private_key'] as Buffer).toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('are created once by instances that start together', async () => {
    const env = { ...(await harness.infra.env('auth-gateway-2')), SKEP_ENCRYPTION_KEY: harness.env['SKEP_ENCRYPTION_KEY']! };
    const both = await Promise.all([start(env), start(env)]);
    await Promise.all(both.map((one) => one.stop()));
    expect(await harness.infra.query('auth-gateway-2', 'select count(*)::int as n from signing_key')).toEqual([{ n: 1 }]);
  });

  it('stay published until they expire after another one has become active', async () => {
    const { tokens } = await harness.newcomer();
    await harness.query(`update signing_key set is_active = false, expires_at = now() + interval '1 hour'`);
    await harness.restart();
    const published = (await jwks()).map(({ kid }) => kid);
    expect(published).toHaveLength(2);
    expect(published).toContain(kidOf(tokens.access_token));
    const fresh = kidOf((await harness.newcomer()).tokens.access_token);
    expect(fresh).not.toBe(kidOf(tokens.access_token));
    await harness.query('update signing_key set expires_at = now() where not is_active');
    expect((await jwks()).map(({ kid }) => kid)).toEqual([fresh]);
  });
});

describe('the service does not start', () => {
  const startWith = (more: Record<string, string | undefined>) => start({ ...harness.env, ...more });

  it('without the encryption key or with an invalid one', async () => {
    await expect(startWith({ SKEP_ENCRYPTION_KEY: undefined })).rejects.toThrow('SKEP_ENCRYPTION_KEY');
    await expect(startWith({ SKEP_ENCRYPTION_KEY: 'too short' })).rejects.toThrow('SKEP_ENCRYPTION_KEY');
  });

  it('with an encryption key that cannot decrypt its signing key', async () => {
    await expect(startWith({ SKEP_ENCRYPTION_KEY: randomBytes(32).toString('base64url') })).rejects.toThrow(
      /SKEP_ENCRYPTION_KEY cannot decrypt/,
    );
  });

  it('in production without a mail server, or with the limits off', async () => {
    await expect(startWith({ NODE_ENV: 'production' })).rejects.toThrow('SMTP_URL');
    await expect(startWith({ NODE_ENV: 'production', SMTP_URL: 'smtp://127.0.0.1:1', SKEP_RATE_LIMITS: 'off' })).rejects.toThrow(
      'SKEP_RATE_LIMITS',
    );
  });

  it('with an unknown limit', async () => {
    await expect(startWith({ SKEP_RATE_LIMITS: 'account.logn=20' })).rejects.toThrow(/'account.logn' is not a limit; .*account.login,/);
  });

  it('with an administrator without a password', async () => {
    await expect(startWith({ SKEP_ADMIN_PASSWORD: undefined })).rejects.toThrow('SKEP_ADMIN_PASSWORD');
  });
});
