#!/usr/bin/env node
// `npm test [-- JEST_ARGUMENTS]`: installs and builds if needed, then runs jest on Node 24. This file runs on the host's Node (18 or newer).
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare({ needsNats: !process.env.SKEP_TEST_NATS_SERVER });
  const jest = ['--experimental-vm-modules', '--no-warnings', join(ROOT, 'node_modules/jest/bin/jest.js')];
  return runNode([...jest, ...process.argv.slice(2)], { cwd: ROOT, env: { ...process.env, NODE_ENV: 'test' } });
});
