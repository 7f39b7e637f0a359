import { auth } from '@skep/contracts/auth';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth({ ACCESS_TOKEN_SECONDS: '900' })));
afterAll(() => harness?.close());

const rotate = (warm_up_seconds: number) => harness.call(auth.rotateSigningKey, someone(), { warm_up_seconds });
const publishedKids = async () => (await harness.call(auth.getJwks, someone(), {})).keys.map(({ kid }) => kid);
const activeKid = async () => {
  const { tokens } = await harness.newcomer();
  return (JSON.parse(Buffer.from(tokens.access_token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
};

it('a new key is published before it signs, and the old one stays published until its tokens expire', async () => {
  const old = await activeKid();
  const before = Date.now();
  const { kid, signs_from } = await rotate(3600);
  expect(signs_from.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(signs_from.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
  expect(new Set(await publishedKids())).toEqual(new Set([old, kid]));
  expect(await activeKid()).toBe(old);
  expect(await codeOf(rotate(0))).toBe('conflict');

  await harness.query('update signing_key set signs_from = now() where kid = $1', [kid]);
  await harness.restart();
  expect(await activeKid()).toBe(kid);
  expect(await publishedKids()).toContain(old);
  const [row] = await harness.query(`select extract(epoch from expires_at - now())::int as seconds from signing_key where kid = $1`, [old]);
  expect(Number(row!['seconds'])).toBeGreaterThan(900);
  await harness.query('update signing_key set expires_at = now() where kid = $1', [old]);
  expect(await publishedKids()).toEqual([kid]);
});

it('without a warm-up a new key signs at once, and several instances use the same one', async () => {
  const answers = await Promise.allSettled([rotate(0), rotate(0), rotate(0)]);
  const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.kid] : []));
  expect(made).toHaveLength(1);
  expect(await activeKid()).toBe(made[0]);
  expect(await harness.query('select kid from signing_key where is_active')).toEqual([{ kid: made[0] }]);
});

it('withdrawn keys are not published, pending ones included, and every instance signs with the new key at once', async () => {
  const other = await harness.startCopy();
  const bus = harness.bus;
  for (let n = 0; n < 20; n++) await activeKid(); // both instances have cached the active key for 30 s
  const { kid: waiting } = await rotate(3600);
  const before = await publishedKids();
  const asked = Date.now();
  const { kid, signs_from } = await bus.call(auth.withdrawSigningKeys, someone(), {});
  expect(before).not.toContain(kid);
  expect(before).toContain(waiting);
  expect(signs_from.getTime()).toBeGreaterThanOrEqual(asked);
  expect(signs_from.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await publishedKids()).toEqual([kid]);
  await waitUntil('both instances', async () => new Set(await Promise.all(Array.from({ length: 20 }, activeKid))).size === 1, 10_000);
  expect(await activeKid()).toBe(kid);
  const answers = await Promise.all(Array.from({ length: 5 }, () => bus.call(auth.withdrawSigningKeys, someone(), {})));
  const [active] = await harness.query('select kid from signing_key where is_active');
  expect(answers.map((answer) => answer.kid)).toContain(active!['kid']);
  expect(await publishedKids()).toEqual([active!['kid']]);
  const recorded = await harness.query(`select target_id from audit_log where action = 'signing_key.withdrawn'`);
  expect(recorded.map(({ target_id }) => target_id).sort()).toEqual([kid, ...answers.map((answer) => answer.kid)].sort());
  await other.stop();
});

it('only the public key leaves the service, and the private key is stored encrypted', async () => {
  const { keys } = await harness.call(auth.getJwks, someone(), {});
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  for (const row of await harness.query('select sealed_private_key from signing_key')) {
    const sealed = row['sealed_private_key'] as Buffer;
    expect(sealed.toString('latin1')).not.toMatch(/PRIVATE KEY|BEGIN/);
    for (const format of ['der', 'pem'] as const) expect(() => createPrivateKey({ key: sealed, format, type: 'pkcs8' })).toThrow();
  }
});

it('the warm-up is at most a day', async () => {
  expect(await codeOf(rotate(86_401))).toBe('invalid_input');
});
