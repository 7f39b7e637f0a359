import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { mayMount } from '../rehearse/namespace.mjs';

const REHEARSAL = fileURLToPath(new URL('../rehearse/full-disk.mjs', import.meta.url));

// Skipped only where the system lets us mount no file system of our own, such as in a container.
(mayMount() ? test : test.skip)(
  'after the disk was full everything comes back by itself, and nothing that was acknowledged is lost',
  async () => {
    const rehearsal = await promisify(execFile)(process.execPath, [REHEARSAL]).catch((error) => error);
    const printed = rehearsal.stdout + rehearsal.stderr;
    expect([printed, rehearsal.code]).toEqual([expect.stringContaining('1 passed, 0 failed'), undefined]);
  },
  240_000,
);
