import { e2eTest as test, type Mutant } from '@skep/testkit';

/** Bugs that break requirements of docs/security.md; each is named after the row it breaks. */
export const security: Mutant[] = [
  {
    name: 'security 8.2.3: fields that no contract declares are kept',
    library: 'contracts',
    file: 'src/read.js',
    find: 'const object = new type();',
    plant: 'const object = Object.assign(new type(), json);',
    test: test('subscriptions', 'keeps no field that its contract does not declare, such as another user or tenant'),
  },
];
