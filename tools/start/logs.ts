import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Opens a program's log. The previous log becomes FILE.1, or is continued with `again`. */
export function openLog(file: string, { again = false }: { again?: boolean | undefined } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  try {
    if (!again) renameSync(file, `${file}.1`);
  } catch {
    // the first start
  }
  const fd = openSync(file, 'a');
  return { fd, read: () => readFileSync(file, 'utf8'), close: () => closeSync(fd) };
}
