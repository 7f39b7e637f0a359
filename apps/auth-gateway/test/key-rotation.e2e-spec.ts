import { auth } from '@skep/contracts';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth({ ACCESS_TOKEN_SECONDS: '900' })));
afterAll(() => harness?.close());

const rotate = (warm_up_seconds: number) => harness.call(auth.rotateSigningKey, someone(), { warm_up_seconds });
const published = async () => (await harness.call(auth.getJwks, someone(), {})).keys.map(({ kid }) => kid);
const signsWith = async () => {
  const { tokens } = await harness.newcomer();
  return (JSON.parse(Buffer.from(tokens.access_token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
};

it('a new key is published first, then signs, and the old one stays until its tokens have ended', async () => {
  const old = await signsWith();
  const before = Date.now();
  const { kid, signs_from } = await rotate(3600);
  expect(signs_from.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(signs_from.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
  expect(new Set(await published())).toEqual(new Set([old, kid]));
  expect(await signsWith()).toBe(old);
  expect(await codeOf(rotate(0))).toBe('conflict');

  await harness.query('update signing_key set signs_from = now() where kid = $1', [kid]);
  await harness.restart();
  expect(await signsWith()).toBe(kid);
  expect(await published()).toContain(old);
  const [row] = await harness.query(`select extract(epoch from expires_at - now())::int as seconds from signing_key where kid = $1`, [old]);
  expect(Number(row!['seconds'])).toBeGreaterThan(900);
  await harness.query('update signing_key set expires_at = now() where kid = $1', [old]);
  expect(await published()).toEqual([kid]);
});

it('without a warm-up it signs at once, and several instances agree on one', async () => {
  const answers = await Promise.allSettled([rotate(0), rotate(0), rotate(0)]);
  const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.kid] : []));
  expect(made).toHaveLength(1);
  expect(await signsWith()).toBe(made[0]);
  expect(await harness.query('select kid from signing_key where is_active')).toEqual([{ kid: made[0] }]);
});

it('withdrawn keys are published no more, one that waits included, and every instance signs with the new one at once', async () => {
  const other = await harness.startCopy();
  const bus = harness.bus;
  for (let n = 0; n < 20; n++) await signsWith(); // both have looked, and would not look again for half a minute
  const { kid: waiting } = await rotate(3600);
  const before = await published();
  const asked = Date.now();
  const { kid, signs_from } = await bus.call(auth.withdrawSigningKeys, someone(), {});
  expect(before).not.toContain(kid);
  expect(before).toContain(waiting);
  expect(signs_from.getTime()).toBeGreaterThanOrEqual(asked);
  expect(signs_from.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await published()).toEqual([kid]);
  await waitUntil('both instances', async () => new Set(await Promise.all(Array.from({ length: 20 }, signsWith))).size === 1, 10_000);
  expect(await signsWith()).toBe(kid);
  const answers = await Promise.all(Array.from({ length: 5 }, () => bus.call(auth.withdrawSigningKeys, someone(), {})));
  const [active] = await harness.query('select kid from signing_key where is_active');
  expect(answers.map((answer) => answer.kid)).toContain(active!['kid']);
  expect(await published()).toEqual([active!['kid']]);
  const told = await harness.query(`select target_id from audit_log where action = 'signing_key.withdrawn'`);
  expect(told.map(({ target_id }) => target_id).sort()).toEqual([kid, ...answers.map((answer) => answer.kid)].sort());
  await other.stop();
}, 40_000);

it('of a key nothing but its public half leaves the service, and the database holds the other half sealed', async () => {
  const { keys } = await harness.call(auth.getJwks, someone(), {});
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  for (const row of await harness.query('select sealed_private_key from signing_key')) {
    const sealed = row['sealed_private_key'] as Buffer;
    expect(sealed.toString('latin1')).not.toMatch(/PRIVATE KEY|BEGIN/);
    for (const format of ['der', 'pem'] as const) expect(() => createPrivateKey({ key: sealed, format, type: 'pkcs8' })).toThrow();
  }
});

it('the warm-up is a day at the most', async () => {
  expect(await codeOf(rotate(86_401))).toBe('invalid_input');
});
