import type { Problem } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

/** RFC 8628 as a state machine without a database. */
class Model {
  private state: 'pending' | 'approved' | 'denied' | 'used' = 'pending';
  private now = 0;
  private polledAt = -Infinity;
  private interval = 5;
  private active = true;

  wait(seconds: number) {
    this.now += seconds;
  }
  /** Deactivates or activates the user. */
  toggleUser() {
    this.active = !this.active;
  }
  decide(to: 'approved' | 'denied') {
    if (this.state !== 'pending' || this.now >= 600) return 'user_code_not_found';
    if (to === 'approved' && !this.active) return 'invalid_credentials';
    this.state = to;
    return 'done';
  }
  poll() {
    if (this.state === 'used') return 'invalid_grant';
    if (this.now >= 600) return 'expired_token';
    if (this.state === 'denied' || (this.state === 'approved' && !this.active)) return 'access_denied';
    if (this.state === 'approved') {
      this.state = 'used';
      return 'tokens';
    }
    const isEarly = this.now - this.polledAt < this.interval - 1;
    if (isEarly) this.interval = Math.min(this.interval + 5, 60);
    this.polledAt = this.now;
    return isEarly ? 'slow_down' : 'authorization_pending';
  }
}

const newVerifier = () => randomBytes(48).toString('base64url');

async function device() {
  const code_verifier = newVerifier();
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  return { ...(await harness.call(auth.authorizeDevice, someone(), { code_challenge, code_challenge_method: 'S256' })), code_verifier };
}
type Device = Awaited<ReturnType<typeof device>>;

/** The result as one word. */
const outcome = (answer: Promise<object>) =>
  answer.then(
    (result: { error?: string; access_token?: string }) => result.error ?? (result.access_token ? 'tokens' : 'done'),
    (problem: Problem) => problem.body.code,
  );
const poll = ({ device_code, code_verifier }: Device) =>
  outcome(harness.call(auth.exchangeDeviceCode, someone(), { device_code, code_verifier }));
const decide = ({ user_code }: Device, decision: 'approve' | 'deny', email: string) =>
  outcome(harness.call(auth.decideDevice, someone(), { user_code, decision, email, password: PASSWORD, tenant_id: 'default' }));
const advanceTime = ({ user_code }: Device, seconds: number) =>
  harness.query(
    `update device_grant set polled_at = polled_at - $2 * interval '1 second', expires_at = expires_at - $2 * interval '1 second' where user_code = $1`,
    [user_code.replace('-', ''), seconds],
  );

it('a device follows its model in any order of steps', async () => {
  const { email, user } = await harness.newcomer();
  const steps = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('poll' as const, 'poll three times at once' as const) },
    { weight: 1, arbitrary: fc.constant('poll with a wrong verifier' as const) },
    { weight: 2, arbitrary: fc.constantFrom('approve' as const, 'deny' as const) },
    { weight: 1, arbitrary: fc.constant('toggle' as const) },
    { weight: 4, arbitrary: fc.constantFrom(2, 6, 12, 30, 599) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (steps_taken) => {
      await harness.query('update account set is_active = true where id = $1', [user]);
      const cli = await device();
      const model = new Model();
      for (const step of steps_taken) {
        if (typeof step === 'number') {
          model.wait(step);
          await advanceTime(cli, step);
        } else if (step === 'toggle') {
          model.toggleUser();
          await harness.query('update account set is_active = not is_active where id = $1', [user]);
        } else if (step === 'poll') expect(await poll(cli)).toBe(model.poll());
        else if (step === 'poll with a wrong verifier') expect(await poll({ ...cli, code_verifier: newVerifier() })).toBe('invalid_grant');
        else if (step === 'poll three times at once') {
          const got = await Promise.all([poll(cli), poll(cli), poll(cli)]);
          expect(got.sort()).toEqual([model.poll(), model.poll(), model.poll()].sort());
        } else expect(await decide(cli, step, email)).toBe(model.decide(step === 'approve' ? 'approved' : 'denied'));
      }
    }),
    { numRuns: 80 },
  );
});
