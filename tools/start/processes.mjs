import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process, identified by its pid and start time: the system reuses pids.
 * @typedef {{ pid: number, startTime: string }} ProcessId
 */

/**
 * @param {number} pid
 * @returns {ProcessId}
 */
export const identify = (pid) => ({ pid, startTime: startTimeOf(pid) ?? '' });

/**
 * Whether this process still runs.
 * @param {ProcessId | undefined} id
 */
export const isAlive = (id) => Boolean(id?.startTime && startTimeOf(id.pid) === id.startTime);

/**
 * Resolves when the process has ended. It need not be a child of this process.
 * @param {ProcessId} id
 */
export async function ended(id) {
  while (isAlive(id)) await sleep(200, undefined, { ref: false });
}

/**
 * Sends a process a signal, and SIGKILL if it still runs after `within` milliseconds.
 * @param {ProcessId} id
 * @param {{ signal?: NodeJS.Signals, within?: number }} [options]
 */
export async function terminate(id, { signal = 'SIGTERM', within = 4000 } = {}) {
  const deadline = Date.now() + within;
  send(id, signal);
  while (isAlive(id) && Date.now() < deadline) await sleep(20);
  send(id, 'SIGKILL');
  while (isAlive(id) && Date.now() < deadline + 1000) await sleep(20);
}

/**
 * @param {ProcessId} id
 * @param {NodeJS.Signals} signal
 */
function send(id, signal) {
  if (!isAlive(id)) return;
  try {
    process.kill(id.pid, signal);
  } catch {
    // it has ended
  }
}

/** @param {number} pid */
function startTimeOf(pid) {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    // The name, in parentheses, may contain spaces: count the fields after it. A zombie (Z) has ended.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return fields?.[0] === 'Z' ? undefined : fields?.[19];
  } catch {
    return undefined;
  }
}
