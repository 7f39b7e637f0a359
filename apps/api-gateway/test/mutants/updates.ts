import { e2eTest, type Mutant } from '@skep/testkit';

/** Bugs in the check of updates. */
export const updates: Mutant[] = [
  {
    name: 'an update of unknown fields alone succeeds',
    file: 'src/http/updatable-fields.js',
    find: 'if (unknown.length)',
    plant: 'if (false)',
    test: e2eTest('updates', 'is 422 for the status of a tenant, and names is_active'),
  },
];
