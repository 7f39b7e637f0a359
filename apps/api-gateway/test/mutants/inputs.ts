import { e2eTest, type Mutant } from '@skep/testkit';

const PLAN = 'src/http/input-plan.js';

/** Bugs in where the fields of an input come from. */
export const inputs: Mutant[] = [
  {
    name: 'a field of the body replaces one of the path',
    file: PLAN,
    find: '!this.path.includes(key) && ',
    plant: '',
    test: e2eTest('input', 'cannot be replaced in the body or in the query'),
  },
  {
    name: 'the query replaces a missing field of the body',
    file: PLAN,
    find: 'take(input, body, this.body);',
    plant: 'take(input, { ...query, ...body }, this.body);',
    test: e2eTest('input', 'is not read from the query'),
  },
];
