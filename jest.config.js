import { existsSync } from 'node:fs';

const groups = ['apps', 'libs', 'tools'].filter((group) => existsSync(new URL(group, import.meta.url)));

/** Tests run compiled, as native ES modules on Node 24: see tools/test.mjs. Only the TypeScript in tools/ is not compiled. */
export default {
  roots: groups.map((group) => `<rootDir>/${group}`),
  testMatch: ['**/dist/**/*.spec.js', '**/dist/**/*.e2e-spec.js', '<rootDir>/tools/**/*.spec.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/test/strip-types.mjs' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'ts', 'cjs', 'json', 'node'],
  testEnvironment: 'node',
  testTimeout: 60_000,
  maxWorkers: 2,
  watchman: false,
  // Native ES modules live as long as their worker: it is replaced before it grows large, and given time to end.
  workerIdleMemoryLimit: '512MB',
  workerGracefulExitTimeout: 5_000,
  globalSetup: '<rootDir>/tools/test/global-setup.ts',
  globalTeardown: '<rootDir>/tools/test/global-teardown.ts',
};
