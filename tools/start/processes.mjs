import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process as a pid and the moment it started, since the system gives pids out again.
 * @typedef {{ pid: number, born: string }} ProcessId
 */

/** @returns {ProcessId} */
export const identify = (pid) => ({ pid, born: bornAt(pid) ?? '' });

/** Whether this very process still runs. */
export const isAlive = (id) => Boolean(id?.born) && bornAt(id.pid) === id.born;

/** Resolves when the process has ended, whosever child it is. */
export async function ended(id) {
  while (isAlive(id)) await sleep(200, undefined, { ref: false });
}

/** Asks a process to stop, and insists when it has not by the deadline. */
export async function terminate(id, { signal = 'SIGTERM', within = 4000 } = {}) {
  const deadline = Date.now() + within;
  send(id, signal);
  while (isAlive(id) && Date.now() < deadline) await sleep(20);
  send(id, 'SIGKILL');
  while (isAlive(id) && Date.now() < deadline + 1000) await sleep(20);
}

function send(id, signal) {
  if (!isAlive(id)) return;
  try {
    process.kill(id.pid, signal);
  } catch {
    // gone meanwhile
  }
}

function bornAt(pid) {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    // The name, in parentheses, may hold spaces: count the fields after it. A zombie has ended, only its parent has not looked yet.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
