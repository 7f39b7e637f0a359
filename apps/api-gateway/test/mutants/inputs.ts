import { e2eTest, type Mutant } from '@skep/testkit';

const PLAN = 'src/http/input-plan.js';

/** Bugs in where the fields of an input come from. */
export const inputs: Mutant[] = [
  {
    name: 'a page for authors is read from another folder',
    file: 'src/pages/docs.controller.js',
    find: 'if (!/^[a-z]+\\/[a-z_-]{1,64}$/.test(name))',
    plant: 'if (false)',
    test: e2eTest('authoring', 'authors read about every built-in function, and about nothing outside the documentation'),
  },
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
