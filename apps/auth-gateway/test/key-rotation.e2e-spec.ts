import { auth } from '@skep/contracts';
import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AuthDoor, openAuth, someone } from './auth.js';

let door: AuthDoor;
beforeAll(async () => (door = await openAuth({ ACCESS_TOKEN_SECONDS: '900' })));
afterAll(() => door?.close());

const rotate = (warm_up_seconds: number) => door.call(auth.rotateSigningKey, someone(), { warm_up_seconds });
const published = async () => (await door.call(auth.jwks, someone(), {})).keys.map(({ kid }) => kid);
const signsWith = async () => {
  const { tokens } = await door.newcomer();
  return (JSON.parse(Buffer.from(tokens.access_token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
};

it('a new key is published first, then signs, and the old one stays until its tokens have ended', async () => {
  const old = await signsWith();
  const { kid, signs_from } = await rotate(3600);
  expect(Math.abs(signs_from.getTime() - Date.now() - 3_600_000)).toBeLessThan(30_000);
  expect(new Set(await published())).toEqual(new Set([old, kid]));
  expect(await signsWith()).toBe(old);
  expect(await codeOf(rotate(0))).toBe('conflict');

  await door.query('update signing_key set signs_from = now() where kid = $1', [kid]);
  await door.restart();
  expect(await signsWith()).toBe(kid);
  expect(await published()).toContain(old);
  const [row] = await door.query(`select extract(epoch from expires_at - now())::int as seconds from signing_key where kid = $1`, [old]);
  expect(Number(row!['seconds'])).toBeGreaterThan(900);
  await door.query('update signing_key set expires_at = now() where kid = $1', [old]);
  expect(await published()).toEqual([kid]);
});

it('without a warm-up it signs at once, and several instances agree on one', async () => {
  const answers = await Promise.allSettled([rotate(0), rotate(0), rotate(0)]);
  const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.kid] : []));
  expect(made).toHaveLength(1);
  expect(await signsWith()).toBe(made[0]);
  expect(await door.query('select kid from signing_key where is_active')).toEqual([{ kid: made[0] }]);
});

it('the warm-up is a day at the most', async () => {
  expect(await codeOf(rotate(86_401))).toBe('invalid_input');
});
