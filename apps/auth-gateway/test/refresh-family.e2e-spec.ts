import { auth } from '@skep/contracts';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthHarness, startAuth, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

const DAY = 86_400;

/** The rules once more, as a machine without a database: which tokens there are, when and by whom each was used, whether the session lives. */
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

  /** Whoever holds a token of it, even a used one, may end it. */
  end() {
    this.ended = true;
  }

  /** The index of the token that a client gets for presenting this one, or undefined. */
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

/** As if so many seconds had passed for a session. */
async function pass(session: string, seconds: number) {
  await harness.query(`update refresh_token set used_at = used_at - $2 * interval '1 second' where session_id = $1`, [session, seconds]);
  await harness.query(
    `update session set idle_until = idle_until - $2 * interval '1 second', expires_at = expires_at - $2 * interval '1 second' where id = $1`,
    [session, seconds],
  );
}

it('a family of refresh tokens follows its model, whatever is presented when', async () => {
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
      const known = [tokens.refresh_token];
      const back = (n: number) => Math.max(family.size - 1 - n, 0);
      const clients = [someone({ agent: 'a' }), someone({ agent: 'a' })];
      clients.push({ ...clients[0]!, agent: 'b' });
      const present = (at: number, by: number) =>
        harness.call(auth.refresh, clients[by]!, { refresh_token: known[at]! }).catch(() => undefined);
      for (const now of steps) {
        if ('wait' in now) {
          family.wait(now.wait);
          await pass(session, now.wait);
          continue;
        }
        if ('end' in now) {
          family.end();
          if (now.how === 'logout') await harness.call(auth.logout, someone(), { refresh_token: known[back(now.end)]! });
          else await harness.call(auth.revokeSession, ctx, { session_id: session });
          continue;
        }
        const at = back('atOnce' in now ? now.atOnce : now.present);
        const times = 'atOnce' in now ? 3 : 1;
        const expected = Array.from({ length: times }, () => family.present(at, now.by));
        const got = await Promise.all(Array.from({ length: times }, () => present(at, now.by)));
        got.forEach((answer, n) => {
          const token = expected[n];
          if (token !== undefined) known[token] ??= answer?.refresh_token ?? 'nothing came';
          expect(answer?.refresh_token).toBe(token === undefined ? undefined : known[token]);
        });
      }
      const [row] = await harness.query('select revoked_at from session where id = $1', [session]);
      expect(row!['revoked_at'] !== null).toBe(family.revoked);
    }),
    { numRuns: 60 },
  );
}, 60_000);
