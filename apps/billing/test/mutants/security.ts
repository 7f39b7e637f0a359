import { e2eTest as test, type Mutant } from '@skep/testkit';

/** In what docs/security.md says: each is named after the rows that it breaks. */
export const security: Mutant[] = [
  {
    name: 'security 8.2.3: fields that no contract names are kept',
    library: 'contracts',
    file: 'src/read.js',
    find: 'const object = new type();',
    plant: 'const object = Object.assign(new type(), json);',
    test: test('subscriptions', 'keeps no field that its contract does not name: not whose it is, nor of which tenant'),
  },
];
