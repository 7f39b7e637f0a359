import type { Skep } from '@skep/testkit';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));

/** Runs `npm run skep -- …` as the operator of an installation, and returns its output. Rejects if it fails. */
export const operatorCommand = async (skep: Skep, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [SKEP, ...args], { env: skep.operatorEnv })).stdout;
