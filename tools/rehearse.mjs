#!/usr/bin/env node
// `npm run rehearse -- NAME`: causes an outage around a running Skep and checks that it recovers. Runs on the host's Node (18 or newer).
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Fault, run } from './setup/fault.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/run-node.mjs';

const help = `npm run rehearse -- NAME [options]

Starts a separate Skep, causes an outage, and reports whether Skep recovers without losing data.

  full-disk   the disk of the databases and streams is full for 20 seconds (Linux; mounts a small file system, as root or in a user namespace)
  soak        50 events a second, with a consumer stopped for a third of the time; lasts ten minutes, or --seconds N
  upgrade     from the commit --from (by default the one before the newest migration) to this checkout, at --rate requests a second (300)`;

/** The rehearsals with options. */
const WITH_OPTIONS = ['soak', 'upgrade'];

await run(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (!name || name === '--help' || name === '-h') return void console.log(help);
  const file = fileURLToPath(new URL(`./rehearse/${name}.ts`, import.meta.url));
  if (!/^[a-z-]+$/.test(name) || !existsSync(file) || (rest.length && !WITH_OPTIONS.includes(name)))
    throw new Fault(`Unknown rehearsal ${[name, ...rest].join(' ')}. See npm run rehearse -- --help.`);
  await prepare();
  return runNode([file, ...rest]);
});
