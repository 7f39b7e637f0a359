/** A planted bug: `npm run mutants` inserts it into a copy of the build, and runs the named test, which must fail. */
export interface Mutant {
  name: string;
  /** A library of `libs/` that contains the file; without it, the app does. */
  library?: string;
  /** Path of the compiled file, relative to `dist` of the app or library. */
  file: string;
  /** Text that occurs exactly once in the file. */
  find: string;
  /** The text that replaces it. */
  plant: string;
  test: { file: string; name: string };
}

/** A test of an e2e spec: its file, and its title. */
export const e2eTest = (file: string, name: string) => ({ file: `test/${file}.e2e-spec.js`, name });
