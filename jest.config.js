import { existsSync } from 'node:fs';

const groups = ['apps', 'libs', 'tools'].filter((group) => existsSync(new URL(group, import.meta.url)));

/** `SKEP_TESTS=night npm test` runs the tests that take minutes, `*.night-spec.ts`, instead of the others. */
const kinds = process.env.SKEP_TESTS === 'night' ? ['.night-spec'] : ['.spec', '.e2e-spec'];

/** Tests run compiled, as native ES modules on Node 24: see tools/test.mjs. Only the TypeScript in tools/ is not compiled. */
export default {
  roots: groups.map((group) => `<rootDir>/${group}`),
  testMatch: kinds.flatMap((kind) => [`**/dist/**/*${kind}.js`, `<rootDir>/tools/**/*${kind}.ts`]),
  transform: { '\\.ts$': '<rootDir>/tools/test/strip-types.mjs' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'ts', 'cjs', 'json', 'node'],
  testEnvironment: 'node',
  // Only an end to what hangs: with every core at work, starting all of Skep takes many times as long as alone.
  testTimeout: 180_000,
  // Tests also wait, for processes and timers: with one worker more than CI has cores, these have work all the time.
  maxWorkers: 3,
  testSequencer: '<rootDir>/tools/test/sequencer.ts',
  watchman: false,
  // Native ES modules live as long as their worker: it is replaced before it grows large, and given time to end.
  workerIdleMemoryLimit: '1GB',
  workerGracefulExitTimeout: 5_000,
  globalSetup: '<rootDir>/tools/test/global-setup.ts',
  globalTeardown: '<rootDir>/tools/test/global-teardown.ts',
};
