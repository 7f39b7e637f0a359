#!/usr/bin/env node
// `npm start`: installs, builds and runs Skep from a checkout. Runs on the host's Node (18 or newer); packages exist only after prepare().
import { join } from 'node:path';
import { run } from './setup/fault.mjs';
import { ROOT } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';
import { help } from './start/help.mjs';
import { checkPort } from './start/port.mjs';
import { openRunFile } from './start/run-file.mjs';
import { readSettings } from './start/settings.mjs';
import { unknownSettings } from './start/unknown-settings.mjs';

await run(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return void console.log(help);
  const settings = readSettings(args);
  const warning = unknownSettings(settings.env);
  if (warning) console.warn(warning);
  const runFile = await openRunFile(settings);
  try {
    await checkPort(settings, runFile);
    runFile.claim();
    await prepare({ needsNats: !settings.natsUrl });
    // The channel tells it if this process is killed.
    return await runNode([join(ROOT, 'tools/start/launch.ts'), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  } finally {
    runFile.release();
  }
});
