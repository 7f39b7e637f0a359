import type { Mutant } from '@skep/testkit';

const hostile = (keyword: string) => ({
  file: 'src/ir/hostile-schema.spec.js',
  name: `by ${keyword} are refused after so many steps`,
});

/** In what keeps one person from stopping the others. */
export const fairness: Mutant[] = [
  {
    name: 'the steps of a validation are not counted',
    file: 'src/ir/meter.js',
    find: 'this.left -= amount;',
    plant: '',
    test: hostile('anyOf'),
  },
  {
    name: 'comparing long texts is free',
    file: 'src/ir/validation.js',
    find: `        if (typeof a === 'string' && typeof b === 'string' && a.length === b.length)
            this.read(a);`,
    plant: '',
    test: hostile('long equal texts'),
  },
  {
    name: 'a pattern is not charged by the size of its program',
    file: 'src/ir/validation.js',
    find: 'text.length * (4 + size / 8)',
    plant: 'text.length',
    test: hostile('a pattern with a large program'),
  },
  {
    name: 'one person has any number of calls under way',
    file: 'src/call/under-way.js',
    find: '!waits && !queue.hasRoom(owner)',
    plant: 'false',
    test: {
      file: 'test/fairness.e2e-spec.js',
      name: 'calls beyond those that one person may have under way are refused; others go on, and so does the person when one has ended',
    },
  },
];
