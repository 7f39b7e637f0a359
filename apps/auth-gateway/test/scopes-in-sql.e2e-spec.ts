import { auth, holdsScope } from '@skep/contracts/auth';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coveringScopes } from '../src/scope/scopes.js';
import { type AuthHarness, startAuth } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
});
afterAll(() => harness?.close());

/** Parts of scopes that look like others: of other case, as a prefix, with a separator, a wildcard, quotes, or beyond ASCII. */
const part = fc.constantFrom('a', 'A', 'ab', 'a_b', 'a-b', 'b', '*', '', 'ä', 'a\u0308', '🐝', '%', '"', '\\', ',', '{}', 'null');
const name = fc.tuple(part, fc.array(fc.tuple(fc.constantFrom(':', '.'), part), { maxLength: 3 }));
const scope = name.map(([first, rest]) => first + rest.flat().join(''));
/** The scopes that can be granted; see SCOPE_PATTERN. */
const valid = fc.stringMatching(/^(\*|[ab]([:.][ab_-]){0,2}([:.]\*)?)$/);

it('scopes are covered by the same rule in SQL and in TypeScript', async () => {
  const lists = fc.array(fc.oneof(scope, valid), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ held: lists, wanted: lists }), { minLength: 100, maxLength: 200 }), async (cases) => {
      const list = (key: string) => `array(select jsonb_array_elements_text(c->'${key}'))`;
      const rows = await harness.query(
        `select scopes_cover(${list('held')}, ${list('wanted')}) as covered
           from jsonb_array_elements($1) with ordinality as one (c, nth) order by nth`,
        [JSON.stringify(cases)],
      );
      expect(cases.map((one, nth) => [one, rows[nth]!['covered']])).toEqual(
        cases.map((one) => [one, one.wanted.every((scope) => holdsScope(one.held, scope))]),
      );
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

it('the users with a scope are those whose scopes cover it', async () => {
  const holders = fc.sample(fc.uniqueArray(valid, { minLength: 1, maxLength: 3 }), 100);
  const tenant = 'scopes-in-sql';
  await harness.query(`insert into tenant (id, name) values ($1, '')`, [tenant]);
  await harness.query(
    `insert into account (id, tenant_id, email, role, scopes, granted_scopes, attributes)
     select $1 || nth, $1, nth || '@example.com', 'user', '{}', array(select jsonb_array_elements_text(scopes)), '{}'
       from jsonb_array_elements($2) with ordinality as holder (scopes, nth)`,
    [tenant, JSON.stringify(holders)],
  );
  const admin = asUser('root', { tenant, role: 'admin', scopes: ['*'] });
  await fc.assert(
    fc.asyncProperty(valid, async (wanted) => {
      const { rows } = await harness.call(auth.listUsers, admin, { scope: wanted, include_inactive: false, limit: 100, offset: 0 });
      const expected = holders.flatMap((held, n) => (holdsScope(held, wanted) ? [`${tenant}${n + 1}`] : []));
      expect([wanted, rows.map(({ id }) => id).sort()]).toEqual([wanted, expected.sort()]);
      expect(coveringScopes(wanted).filter((held) => !holdsScope([held], wanted))).toEqual([]);
    }),
    { numRuns: 50, endOnFailure: true },
  );
});
