#!/usr/bin/env node
// `npm run bench [-- NAME…] [--json FILE]`: installs and builds what is not, then measures on Node 24. Plain Node >= 18.
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare();
  // Room for what the load leaves behind: while that is collected, both cores are taken from what is measured.
  const room = ['--max-semi-space-size=32', '--initial-old-space-size=1024', '--no-memory-reducer'];
  return runNode([...room, join(ROOT, 'tools/bench/run.mjs'), ...process.argv.slice(2)]);
});
