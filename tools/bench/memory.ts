import { readFileSync } from 'node:fs';
import type { Pids } from './cpu.ts';

/** Resident memory of processes in MiB, by name. Zero if the system does not report it (not Linux), or the process has ended. */
export const residentMemory = (pids: Pids): Record<string, number> =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, residentOf(pid)]));

// proc_pid_status(5): VmRSS is in KiB.
function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
