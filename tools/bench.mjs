#!/usr/bin/env node
// `npm run bench [-- NAME…] [--json FILE]`: installs and builds what is not, then measures on Node 24. Plain Node >= 18.
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare();
  // Room for what a second of load leaves behind: else collecting it takes both cores from what is measured, every few seconds.
  return runNode(['--max-semi-space-size=128', join(ROOT, 'tools/bench/run.mjs'), ...process.argv.slice(2)]);
});
