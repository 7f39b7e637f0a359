/** What the runner sets. @throws Error when it did not: a missing part fails the run, it never skips. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
