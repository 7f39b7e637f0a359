import type { Mutant } from '@skep/testkit';

const hostile = (keyword: string) => ({
  file: 'src/ir/hostile-schema.spec.js',
  name: `by ${keyword} are refused after a limited number of steps`,
});

/** Planted bugs: one user can stop the others. */
export const fairness: Mutant[] = [
  {
    name: 'the steps of a validation are not counted',
    file: 'src/ir/meter.js',
    find: 'this.left -= amount;',
    plant: '',
    test: hostile('anyOf'),
  },
  {
    name: 'comparing long strings costs no steps',
    file: 'src/ir/schema-validation.js',
    find: `        if (typeof a === 'string' && typeof b === 'string' && a.length === b.length)
            this.spendOnText(a);`,
    plant: '',
    test: hostile('long equal texts'),
  },
  {
    name: 'the cost of a pattern does not depend on the size of its program',
    file: 'src/ir/schema-validation.js',
    find: 'text.length * (4 + size / 8)',
    plant: 'text.length',
    test: hostile('a pattern with a large program'),
  },
  {
    name: 'one user may have any number of calls running',
    file: 'src/call/call-limiter.js',
    find: '!waits && !queue.hasRoom(owner)',
    plant: 'false',
    test: {
      file: 'test/fairness.e2e-spec.js',
      name: 'calls beyond the concurrent calls of one user are refused; other users are not affected, and the user may call again after one has finished',
    },
  },
];
