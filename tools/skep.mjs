#!/usr/bin/env node
// `npm run skep -- COMMAND`. This file runs on the host's Node (18 or newer).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, run } from './setup/fault.mjs';
import { NODE, ROOT } from './setup/paths.mjs';
import { runNode } from './setup/run-node.mjs';

await run(async () => {
  if (!existsSync(NODE) || !existsSync(join(ROOT, 'libs/platform/dist')))
    throw new Fault('This checkout is not installed and built. Run npm start once, or npm ci and npm run build.');
  return runNode([join(ROOT, 'tools/cli/main.ts'), ...process.argv.slice(2)]);
});
