import { e2eTest, type Mutant } from '@skep/testkit';

const FILES = 'src/files/file.repository.js';
const REPLACED = e2eTest('files', 'a file that is replaced frees its storage and its object, however many replace it at once');

/** Rules of the files of apps. */
export const files: Mutant[] = [
  { name: 'a replaced file keeps its object', file: FILES, find: 'if (replaced)', plant: 'if (false)', test: REPLACED },
  {
    name: 'files that are stored at once miss what each other replaces',
    file: FILES,
    find: 'await this.db.rows(LOCK_STORAGE, owner);\n            const replaced',
    plant: 'const replaced',
    test: REPLACED,
  },
  {
    name: 'a user finds the files of another one',
    file: FILES,
    find: 'and app_id = :app_id and user_id = :user_id',
    plant: `and app_id = :app_id and :user_id::text is not null`,
    test: e2eTest('files', 'files of a user, of the app, of another app and of another tenant are apart'),
  },
  {
    name: 'the storage of an app is not bounded',
    file: FILES,
    find: 'if (!reserved?.fits)',
    plant: 'if (false)',
    test: e2eTest('files', 'the storage of an app is bounded, also when files come at once; a refused file replaces nothing'),
  },
];
