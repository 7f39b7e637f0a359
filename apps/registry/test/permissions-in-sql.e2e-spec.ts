import { builtins, isHeld } from '@skep/contracts/builtins';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOT_CONSENTED } from '../src/app/runnable-revision.js';
import { openRegistry, type RegistryHarness } from './registry.js';

let harness: RegistryHarness;
beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());

const BUILTIN = Object.keys(builtins)[0]!;
const app = fc.oneof(
  fc.constantFrom('*', 'notes', BUILTIN, `${BUILTIN}-too`, `my-${BUILTIN}`, BUILTIN.toUpperCase(), '', ' ', 'a\nb', 'ä.*', '🐝', '\\1&'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const permission = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('call', 'Call', 'xcall', 'call:call'), app, fc.constantFrom('read', 'write', '*', '')) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('store:read', 'navigate', 'call', 'call:*')) },
);
const text = permission.map((parts) => parts.join(':'));

it('a permission is held by the same rule in SQL and in TypeScript', async () => {
  const cases = fc.array(fc.record({ permission: text, held: fc.array(text, { maxLength: 4 }), widened: fc.boolean() }), {
    minLength: 100,
    maxLength: 200,
  });
  await fc.assert(
    fc.asyncProperty(cases, async (generated) => {
      // Most generated permissions are not among those held: half of the cases hold `call:*:` of it.
      const consents = generated.map(({ permission, held, widened }) => ({
        permission,
        held: widened ? [...held, `call:*:${permission.split(':').at(-1)}`] : held,
      }));
      const rows = await harness.query(
        `select not ${NOT_CONSENTED} as held
           from jsonb_array_elements($1) with ordinality as consent (c, nth)
          cross join lateral (select c->>'permission' as permission) wanted
          cross join lateral (select array(select jsonb_array_elements_text(c->'held')) as permissions) i
          order by nth`,
        [JSON.stringify(consents)],
      );
      expect(consents.map((one, nth) => [one, rows[nth]!['held']])).toEqual(
        consents.map((one) => [one, isHeld(new Set(one.held), one.permission)]),
      );
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
