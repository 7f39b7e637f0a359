import { statfsSync } from 'node:fs';
import { Fault } from '../setup/fault.mjs';

const needed = 100 * 2 ** 20;

/** Refuses to start on a full disk: the errors of databases that run out of space are hard to understand. */
export function checkSpace(folder: string): void {
  const free = freeBytes(folder);
  if (free >= needed) return;
  throw new Fault(
    `The disk is full: ${folder} has ${inMegabytes(free)} left, and Skep needs ${inMegabytes(needed)}. Free some space, or set SKEP_DATA to another disk.`,
  );
}

/** Refuses to copy files to a disk that would be full afterwards. */
export function checkSpaceFor(bytes: number, folder: string): void {
  const free = freeBytes(folder);
  if (free >= bytes + needed) return;
  throw new Fault(
    `The disk of ${folder} has ${inMegabytes(free)} left, and this needs ${inMegabytes(bytes + needed)}. Free some space, or name a folder on another disk.`,
  );
}

export const inMegabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

/** What the disk of a folder has left. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
