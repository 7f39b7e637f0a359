import { auth } from '@skep/contracts';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthDoor, openAuth, someone } from './auth.js';

let door: AuthDoor;
beforeAll(async () => (door = await openAuth()));
afterAll(() => door?.close());

/** The rules once more, as a machine without a database: which tokens there are, when each was used, whether the session lives. */
class Family {
  private readonly usedAt: (number | undefined)[] = [undefined];
  private now = 0;
  alive = true;

  get size() {
    return this.usedAt.length;
  }

  wait(seconds: number) {
    this.now += seconds;
  }

  /** The index of the token that presenting this one gives, or undefined. */
  present(index: number): number | undefined {
    if (!this.alive) return undefined;
    const used = this.usedAt[index];
    const last = this.size - 1;
    if (used === undefined) {
      this.usedAt[index] = this.now;
      return this.usedAt.push(undefined) - 1;
    }
    if (index === last - 1 && this.now - used < 30) return last;
    this.alive = false;
    return undefined;
  }
}

it('a family of refresh tokens follows its model, whatever is presented when', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ present: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(10, 20, 40) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const { tokens, session } = await door.newcomer();
      const family = new Family();
      const known = [tokens.refresh_token];
      for (const now of steps) {
        if ('wait' in now) {
          family.wait(now.wait);
          await door.query(`update refresh_token set used_at = used_at - $2 * interval '1 second' where session_id = $1`, [
            session,
            now.wait,
          ]);
          continue;
        }
        const index = Math.max(family.size - 1 - now.present, 0);
        const expected = family.present(index);
        const got = await door.call(auth.refresh, someone(), { refresh_token: known[index]! }).catch(() => undefined);
        if (expected !== undefined) known[expected] ??= got?.refresh_token ?? 'nothing came';
        expect(got?.refresh_token).toBe(expected === undefined ? undefined : known[expected]);
      }
      const [row] = await door.query('select revoked_at from session where id = $1', [session]);
      expect(row!['revoked_at'] === null).toBe(family.alive);
    }),
    { numRuns: 25 },
  );
});
