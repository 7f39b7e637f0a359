import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_US = 1e6 / Number(process.platform === 'linux' ? execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }) : 100);

/** Process ids by the name of the process. */
export type Pids = Record<string, number>;
type Times = Record<string, number> | undefined;

/**
 * Microseconds of processor time that processes have used so far, each with its threads and all its children; undefined if the system
 * does not report it (not Linux).
 */
export function cpuTimes(pids: Pids): Times {
  if (process.platform !== 'linux') return undefined;
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => stat(pid) ?? []);
  const time = (pid: number) =>
    all.filter((p) => p.pid === pid || p.parent === pid).reduce((sum, p) => sum + p.own + (p.pid === pid ? p.ended : 0), 0);
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, time(pid) * TICK_US]));
}

/** The time used between two readings. */
export const cpuBetween = (before: Times, after: Times): Times =>
  before && after && Object.fromEntries(Object.entries(before).map(([name, time]) => [name, (after[name] ?? time) - time]));

const QUIET = { forMs: 250, load: 0.1 };

/** Resolves once the processes are almost idle, for example after the events are consumed, or after `timeoutMs`. */
export async function quiet(pids: Pids, timeoutMs = 20_000): Promise<void> {
  const sum = () => Object.values(cpuTimes(pids) ?? {}).reduce((total, us) => total + us, 0);
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    const before = sum();
    await sleep(QUIET.forMs);
    if (sum() - before <= QUIET.load * QUIET.forMs * 1000) return;
  }
}

// proc(5): after the name, in parentheses, come state, ppid, … utime (14th), stime, cutime, cstime.
function stat(pid: string) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
    return { pid: Number(pid), parent: Number(fields[1]), own: utime + stime, ended: cutime + cstime };
  } catch {
    return undefined; // it has ended
  }
}
