/** A bug that must not survive: `npm run mutants` plants it in a copy of the build and runs the test that is named to find it. */
export interface Mutant {
  name: string;
  /** Of `libs`: the bug is planted in its build, and the copy of the app uses that. */
  library?: string;
  /** Of the compiled app, or library. */
  file: string;
  /** Text of that file, which stands in it once. */
  find: string;
  plant: string;
  test: { file: string; name: string };
}

/** The file of a migration. */
export const migration = (name: string) => `src/migrations/${name}.js`;

/** A test of an e2e-spec. */
export const e2eTest = (file: string, name: string) => ({ file: `test/${file}.e2e-spec.js`, name });
