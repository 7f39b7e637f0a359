/** A variable that `npm test` sets. @throws Error if it is not set: missing infrastructure fails the run, and never skips a test */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
