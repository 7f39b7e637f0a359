#!/usr/bin/env node
// `npm run bench [-- NAME…] [--json FILE]`: installs and builds if needed, then measures on Node 24. This file runs on the host's Node.
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  await prepare();
  // A large heap: garbage collections of the load generator would take processor time from the measured processes.
  const heapOptions = ['--max-semi-space-size=32', '--initial-old-space-size=1024', '--no-memory-reducer'];
  return runNode([...heapOptions, join(ROOT, 'tools/bench/run.ts'), ...process.argv.slice(2)]);
});
