#!/usr/bin/env node
// `npm run mutants [-- NAME…]`: installs and builds if needed, then plants bugs and checks that tests detect them. Runs on the host's Node.
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare();
  return runNode([join(ROOT, 'tools/mutants/run.ts'), ...process.argv.slice(2)]);
});
