import { e2eTest, type Mutant } from '@skep/testkit';

/** In what updates accept. */
export const updates: Mutant[] = [
  {
    name: 'an update of unknown fields alone succeeds',
    file: 'src/http/updatable-fields.js',
    find: 'if (unknown.length)',
    plant: 'if (false)',
    test: e2eTest('updates', 'is refused for a tenant whose status somebody wants to set, and named what suspends it'),
  },
];
