import { Problem } from '@skep/contracts';
import { totpCode, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthHarness, startAuth } from './auth.js';
import { answer, challenged, withTotp } from './factors.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

/** The rules as a state machine without a database: a challenge is issued and ends in one of four ways. */
class Challenge {
  private age = 0;
  private wrong = 0;
  private ended = false;

  wait(seconds: number) {
    this.age += seconds;
  }

  /** The password changes. */
  void() {
    this.ended = true;
  }

  answer(right: boolean): 'tokens' | 'wrong_factor' | 'challenge_ended' {
    if (this.ended || this.age >= 300 || this.wrong === 5) return 'challenge_ended';
    if (!right) {
      this.wrong++;
      return 'wrong_factor';
    }
    this.ended = true;
    return 'tokens';
  }
}

it('a challenge follows its model in any order of steps', async () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ issue: fc.constant(true) }) },
    { weight: 6, arbitrary: fc.record({ answer: fc.nat({ max: 2 }), right: fc.constant(false) }) },
    { weight: 3, arbitrary: fc.record({ answer: fc.nat({ max: 2 }), right: fc.constant(true) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(100, 150, 250) }) },
    { weight: 1, arbitrary: fc.record({ void: fc.constant(true) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const { email, user, secret, forgetUsedCodes } = await withTotp(harness);
      const challenges = [{ token: (await challenged(harness, email)).challenge, model: new Challenge() }];
      for (const step of steps) {
        if ('issue' in step) challenges.push({ token: (await challenged(harness, email)).challenge, model: new Challenge() });
        else if ('wait' in step) {
          challenges.forEach(({ model }) => model.wait(step.wait));
          await harness.query(`update challenge set expires_at = expires_at - $2 * interval '1 second' where account_id = $1`, [
            user,
            step.wait,
          ]);
        } else if ('void' in step) {
          // Simulates a password change, without the cost of hashing, by changing the hash that the challenge depends on.
          challenges.forEach(({ model }) => model.void());
          await harness.query(`update challenge set proof = sha256(proof) where account_id = $1`, [user]);
        } else {
          const { token, model } = challenges[Math.max(challenges.length - 1 - step.answer, 0)]!;
          // Reused codes and limits on attempts have their own tests.
          await forgetUsedCodes();
          await harness.query('delete from attempt');
          const code = step.right ? totpCode(secret) : wrongCode(secret);
          const got = await answer(harness, token, { code }).then(
            () => 'tokens',
            (error: unknown) => (error instanceof Problem ? error.body.code : String(error)),
          );
          expect(got).toBe(model.answer(step.right));
        }
      }
    }),
    { numRuns: 15 },
  );
});
