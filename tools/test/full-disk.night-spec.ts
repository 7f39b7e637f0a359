import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { canMount } from '../rehearse/namespace.ts';

interface Rehearsal {
  stdout: string;
  stderr: string;
  code?: number;
}

const REHEARSAL = fileURLToPath(new URL('../rehearse/full-disk.ts', import.meta.url));

// Skipped only on systems without permission to mount a file system, such as in a container.
(canMount() ? test : test.skip)(
  'Skep recovers on its own from a full disk, without losing acknowledged calls',
  async () => {
    const rehearsal: Rehearsal = await promisify(execFile)(process.execPath, [REHEARSAL]).catch((error: Rehearsal) => error);
    const printed = rehearsal.stdout + rehearsal.stderr;
    expect([printed, rehearsal.code]).toEqual([expect.stringContaining('1 passed, 0 failed'), undefined]);
  },
  240_000,
);
