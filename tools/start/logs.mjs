import { mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Opens a program's log anew, keeping the one before as FILE.1. */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // the first start
  }
  return { fd: openSync(file, 'a'), read: () => readFileSync(file, 'utf8') };
}
