import { e2eTest as test, type Mutant } from '@skep/testkit';

/** Bugs that let a service work on a database that is not what its code expects. */
export const versions: Mutant[] = [
  {
    name: 'a database with another schema is accepted',
    library: 'platform',
    file: 'src/migrate.js',
    find: `if (check !== 'warn')`,
    plant: `if (check === 'never')`,
    test: test('versions', 'a ledger without one of its triggers is refused'),
  },
  {
    name: 'the schema is described without triggers',
    library: 'platform',
    file: 'src/schema.js',
    find: 'not t.tgisinternal',
    plant: 't.tgisinternal and false',
    test: test('versions', 'a ledger without one of its triggers is refused'),
  },
  {
    name: 'a migration whose text has changed is accepted',
    library: 'platform',
    file: 'src/migrate.js',
    find: 'if (hashes[name] !== hash)',
    plant: 'if (!hash)',
    test: test('versions', 'a ledger whose tables were created by another text of a migration is refused'),
  },
];
