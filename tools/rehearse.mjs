#!/usr/bin/env node
// `npm run rehearse -- NAME`: makes something go wrong around a running Skep, and sees whether it recovers. Plain Node >= 18.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Fault, run } from './setup/fault.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

const help = `npm run rehearse -- NAME

Starts a Skep of its own, makes something go wrong, and says whether it recovers with nothing lost.

  full-disk   the disk of the databases and streams fills up for 20 seconds (Linux; it mounts a small file system, as root or in a user namespace)`;

await run(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (!name || name === '--help' || name === '-h') return void console.log(help);
  const file = fileURLToPath(new URL(`./rehearse/${name}.mjs`, import.meta.url));
  if (!/^[a-z-]+$/.test(name) || !existsSync(file) || rest.length)
    throw new Fault(`npm run rehearse does not know ${name}. See npm run rehearse -- --help.`);
  await prepare();
  return runNode([file]);
});
