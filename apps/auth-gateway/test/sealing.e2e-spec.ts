import type { FactorAnswer } from '@skep/contracts/auth';
import { resealSubject, statusSubject } from '@skep/platform';
import { codeOf, startOtlpReceiver, totpCode, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createCipheriv, createHmac, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { type AuthHarness, PASSWORD, startAuth } from './auth.js';
import { answer, challenged, withTotp } from './factors.js';

const newKey = () => randomBytes(32).toString('base64url');
const [oldKey, nextKey] = [newKey(), newKey()];
let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth({ SKEP_ENCRYPTION_KEY: oldKey })));
afterAll(() => harness?.close());

/** As release 0.1.0 derived and encrypted. */
const legacyKey = (purpose: string) => Buffer.from(hkdfSync('sha256', Buffer.from(oldKey, 'base64url'), '', `skep auth: ${purpose}`, 32));
function legacySeal(purpose: string, plain: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', legacyKey(purpose), nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}
const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
};

/** Makes the database what release 0.1.0 would have written. */
async function asOfOldRelease({ user, secret, recovery_codes }: Awaited<ReturnType<typeof withTotp>>): Promise<void> {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await harness.query('delete from tenant_key');
  await harness.query('update signing_key set sealed_private_key = $1', [legacySeal('signing key', pem)]);
  await harness.query('update totp set sealed_secret = $1', [legacySeal('totp secret', fromBase32(secret).toString('base64url'))]);
  await harness.query('delete from recovery_code');
  for (const code of recovery_codes) {
    const hash = createHmac('sha256', legacyKey('recovery code'))
      .update(`${user} ${code.replace('-', '')}`)
      .digest();
    await harness.query(`insert into recovery_code (hash, account_id, tenant_id) values ($1, $2, 'default')`, [hash, user]);
  }
}

it('a database of release 0.1.0 works, also after the key that sealed it was replaced and removed', async () => {
  const ada = await withTotp(harness);
  await harness.stop();
  await asOfOldRelease(ada);
  await expect(harness.restart({ SKEP_ENCRYPTION_KEY: nextKey })).rejects.toThrow('SKEP_ENCRYPTION_KEY cannot decrypt');
  expect(await harness.query('select from tenant_key')).toEqual([]);

  const signIn = async (factor: FactorAnswer) => answer(harness, (await challenged(harness, ada.email)).challenge, factor);
  const assertFactorsWork = async (recovery_code: string) => {
    await ada.forgetUsedCodes();
    expect(await signIn({ code: totpCode(ada.secret) })).toHaveProperty('access_token');
    expect(await signIn({ recovery_code })).toHaveProperty('access_token');
    expect(await codeOf(signIn({ recovery_code }))).toBe('wrong_factor');
  };
  await harness.restart();
  await assertFactorsWork(ada.recovery_codes[0]!);
  const bob = await withTotp(harness);

  await harness.restart({ SKEP_ENCRYPTION_KEY: `${nextKey},${oldKey}` });
  const answered = await harness.bus.connection.request(resealSubject('auth'), '', { timeout: 5_000 });
  expect(answered.json()).toEqual({ resealed: 3, remaining: 0 });
  await harness.restart({ SKEP_ENCRYPTION_KEY: nextKey });
  await assertFactorsWork(ada.recovery_codes[1]!);
  expect(await answer(harness, (await challenged(harness, bob.email)).challenge, { code: totpCode(bob.secret) })).toHaveProperty(
    'access_token',
  );
});

it('no secret is in logs, traces, events, rows of runs or the state for operators, also if one does not open', async () => {
  const receiver = await startOtlpReceiver();
  await harness.stop();
  const copy = await harness.infra.startApp('auth-gateway', { ...harness.env, SKEP_ENCRYPTION_KEY: nextKey, ...receiver.env });
  const [ada, bob] = [await withTotp(harness), await withTotp(harness)];
  await harness.query('update totp set sealed_secret = (select sealed_secret from totp where account_id = $1) where account_id = $2', [
    bob.user,
    ada.user,
  ]);
  const { challenge } = await challenged(harness, ada.email);
  expect(await codeOf(answer(harness, challenge, { code: totpCode(ada.secret) }))).toBe('internal');
  await waitUntil('the error in the log', () => copy.printed().includes('authenticate data'));
  await waitUntil('spans', () => receiver.bodies.join().includes('loginWithSecondFactor'), 10_000);

  const [tables] = await harness.query(`select jsonb_agg(outbox)::text as events from outbox`);
  const [audit] = await harness.query(`select jsonb_agg(audit_log)::text as entries from audit_log`);
  const state = (await harness.bus.connection.request(statusSubject('auth'), '', { timeout: 5_000 })).string();
  const verbose = await (await fetch(`${copy.management}/readyz?verbose`)).text();
  expect(verbose).toContain('encryption_keys');
  const written = [copy.printed(), receiver.bodies.join(), tables!['events'], audit!['entries'], state, verbose].join('\n');
  const secrets = [
    oldKey,
    nextKey,
    PASSWORD,
    ...[ada, bob].flatMap(({ secret, recovery_codes, tokens }) => [
      secret,
      fromBase32(secret).toString('base64url'),
      fromBase32(secret).toString('hex'),
      ...recovery_codes,
      tokens.access_token,
      tokens.refresh_token,
    ]),
  ];
  for (const secret of [...secrets, harness.env['NATS_PASSWORD']!, harness.env['DATABASE_URL']!]) expect(written).not.toContain(secret);
  await copy.kill('SIGTERM');
  await receiver.close();
});
