import { Problem } from '@skep/contracts';
import { totpCode, wrongCode } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthHarness, startAuth } from './auth.js';
import { answer, challenged, withTotp } from './factors.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

/** The rules once more, as a machine without a database: a challenge is issued, and ends in one of four ways. */
class Challenge {
  private age = 0;
  private wrong = 0;
  private over = false;

  wait(seconds: number) {
    this.age += seconds;
  }

  /** Another password. */
  void() {
    this.over = true;
  }

  answer(right: boolean): 'tokens' | 'wrong_factor' | 'challenge_ended' {
    if (this.over || this.age >= 300 || this.wrong === 5) return 'challenge_ended';
    if (!right) {
      this.wrong++;
      return 'wrong_factor';
    }
    this.over = true;
    return 'tokens';
  }
}

it('a challenge follows its model, whoever answers it when', async () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ issue: fc.constant(true) }) },
    { weight: 6, arbitrary: fc.record({ answer: fc.nat({ max: 2 }), right: fc.constant(false) }) },
    { weight: 3, arbitrary: fc.record({ answer: fc.nat({ max: 2 }), right: fc.constant(true) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(100, 150, 250) }) },
    { weight: 1, arbitrary: fc.record({ void: fc.constant(true) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const { email, user, secret, fresh } = await withTotp(harness);
      const known = [{ token: (await challenged(harness, email)).challenge, model: new Challenge() }];
      for (const now of steps) {
        if ('issue' in now) known.push({ token: (await challenged(harness, email)).challenge, model: new Challenge() });
        else if ('wait' in now) {
          known.forEach(({ model }) => model.wait(now.wait));
          await harness.query(`update challenge set expires_at = expires_at - $2 * interval '1 second' where account_id = $1`, [
            user,
            now.wait,
          ]);
        } else if ('void' in now) {
          // What another password does to it, without the cost of one: the hash that it hangs on is another.
          known.forEach(({ model }) => model.void());
          await harness.query(`update challenge set proof = sha256(proof) where account_id = $1`, [user]);
        } else {
          const { token, model } = known[Math.max(known.length - 1 - now.answer, 0)]!;
          // Neither the replay of a code nor the back-off is in question here: each has tests of its own.
          await fresh();
          await harness.query('delete from attempt');
          const code = now.right ? totpCode(secret) : wrongCode(secret);
          const got = await answer(harness, token, { code }).then(
            () => 'tokens',
            (error: unknown) => (error instanceof Problem ? error.body.code : String(error)),
          );
          expect(got).toBe(model.answer(now.right));
        }
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);
