import type { Problem } from '@skep/contracts';
import { auth, type FactorAnswer, type SecondFactorChallenge } from '@skep/contracts/auth';
import { codeOf, problemOf, totpCode, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, claimsOf, startAuth, PASSWORD, someone } from './auth.js';
import { answer, challenged, newcomer, withTotp } from './factors.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

async function device() {
  const code_verifier = randomBytes(48).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const { device_code, user_code } = await harness.call(auth.authorizeDevice, someone(), { code_challenge, code_challenge_method: 'S256' });
  return { user_code, ask: () => harness.call(auth.exchangeDeviceCode, someone(), { device_code, code_verifier }) };
}
const decide = (user_code: string, more: FactorAnswer & { email?: string; password?: string; challenge?: string }) =>
  harness.call(auth.decideDevice, someone(), { user_code, decision: 'approve', tenant_id: 'default', ...more });
async function challengeOf(user_code: string, email: string) {
  const { body } = await problemOf(decide(user_code, { email, password: PASSWORD }));
  return (body as Problem['body'] & SecondFactorChallenge).challenge;
}

describe('a device of a user with a second factor', () => {
  it('is approved by the password and a code, not by the password alone', async () => {
    const { email, user, secret } = await withTotp(harness);
    const { user_code, ask } = await device();
    const challenge = await challengeOf(user_code, email);
    expect(await ask()).toEqual({ error: 'authorization_pending' });
    expect(await codeOf(decide(user_code, { challenge, code: wrongCode(secret) }))).toBe('wrong_factor');
    await decide(user_code.toLowerCase(), { challenge, code: totpCode(secret) });
    expect(claimsOf((await ask()).access_token!)).toMatchObject({ sub: user, token_use: 'cli' });
  });

  it('is not approved with a challenge of a login or of another device, and a login not with its own', async () => {
    const { email, recovery_codes } = await withTotp(harness);
    const [one, other] = [await device(), await device()];
    const recovery_code = recovery_codes[0]!;
    for (const challenge of [(await challenged(harness, email)).challenge, await challengeOf(other.user_code, email), 'made-up'])
      expect(await codeOf(decide(one.user_code, { challenge, recovery_code }))).toBe('challenge_ended');
    const own = await challengeOf(one.user_code, email);
    expect(await codeOf(answer(harness, own, { recovery_code }))).toBe('challenge_ended');
    await decide(one.user_code, { challenge: own, recovery_code });
  });

  it('does not use up the factor if it is no longer pending', async () => {
    const { email, recovery_codes } = await withTotp(harness);
    const { user_code } = await device();
    const challenge = await challengeOf(user_code, email);
    await harness.call(auth.decideDevice, someone(), { user_code, decision: 'deny', tenant_id: 'default' });
    const late = decide(user_code, { challenge, recovery_code: recovery_codes[0]! });
    expect(await codeOf(late)).toBe('user_code_not_found');
    await expect(
      answer(harness, (await challenged(harness, email)).challenge, { recovery_code: recovery_codes[0]! }),
    ).resolves.toBeDefined();
  });

  it('that was approved before the factor was added gets nothing', async () => {
    const person = await newcomer(harness);
    const { user_code, ask } = await device();
    await decide(user_code, { email: person.email, password: PASSWORD });
    await withTotp(harness, person);
    expect(await codeOf(ask())).toBe('access_denied');
  });
});
