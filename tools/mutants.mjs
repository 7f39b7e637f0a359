#!/usr/bin/env node
// `npm run mutants [-- NAME…]`: installs and builds what is not, then plants bugs and sees whether tests find them. Plain Node >= 18.
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare();
  return runNode([join(ROOT, 'tools/mutants/run.mjs'), ...process.argv.slice(2)]);
});
