import { statfsSync } from 'node:fs';
import { Fault } from '../setup/fault.mjs';

const needed = 100 * 2 ** 20;

/** Refuses to start on a full disk: the errors of databases that run out of space are hard to understand. */
export function checkSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= needed) return;
  throw new Fault(
    `The disk is full: ${folder} has ${Math.round((bavail * bsize) / 2 ** 20)} MB left, and Skep needs ${needed / 2 ** 20}. Free some space, or set SKEP_DATA to another disk.`,
  );
}
