import { auth } from '@skep/contracts/auth';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

const DAY = 86_400;

/** The rules as a state machine without a database: the tokens, when and by which client each was used, and whether the session is active. */
class Family {
  private readonly used: ({ at: number; by: number } | undefined)[] = [undefined];
  private now = 0;
  private idleUntil = 30 * DAY;
  private ended = false;

  get size() {
    return this.used.length;
  }

  get alive() {
    return !this.ended && this.now < Math.min(this.idleUntil, 90 * DAY);
  }

  get revoked() {
    return this.ended;
  }

  wait(seconds: number) {
    this.now += seconds;
  }

  /** Any token of the session, even a used one, can end it. */
  end() {
    this.ended = true;
  }

  /** Returns the index of the token that the client gets, or undefined. */
  present(index: number, by: number): number | undefined {
    if (!this.alive) return undefined;
    const used = this.used[index];
    const last = this.size - 1;
    const repeated = used !== undefined && index === last - 1 && (used.by === by || this.now - used.at < 30);
    if (used !== undefined && !repeated) {
      this.ended = true;
      return undefined;
    }
    this.idleUntil = this.now + 30 * DAY;
    if (repeated) return last;
    this.used[index] = { at: this.now, by };
    return this.used.push(undefined) - 1;
  }
}

/** Simulates that time has passed for a session. */
async function advanceTime(session: string, seconds: number) {
  await harness.query(`update refresh_token set used_at = used_at - $2 * interval '1 second' where session_id = $1`, [session, seconds]);
  await harness.query(
    `update session set idle_until = idle_until - $2 * interval '1 second', expires_at = expires_at - $2 * interval '1 second' where id = $1`,
    [session, seconds],
  );
}

it('a family of refresh tokens follows its model in any order of steps', async () => {
  const index = fc.integer({ min: 0, max: 3 });
  const by = fc.integer({ min: 0, max: 2 });
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ present: index, by }) },
    { weight: 3, arbitrary: fc.record({ atOnce: index, by }) },
    { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(10, 20, 40, 29 * DAY, 31 * DAY) }) },
    { weight: 1, arbitrary: fc.record({ end: index, how: fc.constantFrom('logout' as const, 'user' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { tokens, session, ctx } = await harness.newcomer();
      const family = new Family();
      const tokensByIndex = [tokens.refresh_token];
      const back = (n: number) => Math.max(family.size - 1 - n, 0);
      const clients = [someone({ agent: 'a' }), someone({ agent: 'a' })];
      clients.push({ ...clients[0]!, agent: 'b' });
      const present = (at: number, by: number) =>
        harness.call(auth.refresh, clients[by]!, { refresh_token: tokensByIndex[at]! }).catch(() => undefined);
      for (const step of steps) {
        if ('wait' in step) {
          family.wait(step.wait);
          await advanceTime(session, step.wait);
          continue;
        }
        if ('end' in step) {
          family.end();
          if (step.how === 'logout') await harness.call(auth.logout, someone(), { refresh_token: tokensByIndex[back(step.end)]! });
          else await harness.call(auth.revokeSession, ctx, { session_id: session });
          continue;
        }
        const at = back('atOnce' in step ? step.atOnce : step.present);
        const times = 'atOnce' in step ? 3 : 1;
        const expected = Array.from({ length: times }, () => family.present(at, step.by));
        const got = await Promise.all(Array.from({ length: times }, () => present(at, step.by)));
        got.forEach((answer, n) => {
          const token = expected[n];
          if (token !== undefined) tokensByIndex[token] ??= answer?.refresh_token ?? 'no token';
          expect(answer?.refresh_token).toBe(token === undefined ? undefined : tokensByIndex[token]);
        });
      }
      const [row] = await harness.query('select revoked_at from session where id = $1', [session]);
      expect(row!['revoked_at'] !== null).toBe(family.revoked);
    }),
    { numRuns: 60 },
  );
});
