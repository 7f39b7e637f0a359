import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { NODE } from '../setup/paths.mjs';
import { identify, terminate } from './processes.mjs';

const timeoutMs = 90_000;
const checks = { everyMs: 3_000, failures: 5 };
const host = fileURLToPath(new URL('./app-host.mjs', import.meta.url));

/**
 * Starts a process that holds services. One that hangs, so that it says no longer that it lives, is ended.
 * @param {{ waves: import('./app-host.mjs').App[][], env: Record<string, string>, keep?: (output: import('node:stream').Readable) => void,
 *   checkMs?: number }} options
 *   keep: takes what it prints, which else goes to our own output
 */
export function startAppProcess({ waves, env, keep, checkMs = checks.everyMs }) {
  // The heap as in deploy/Dockerfile. A session of its own: Ctrl-C must reach the launcher only. If the launcher dies, the closed channel tells the process.
  const child = spawn(NODE, ['--max-semi-space-size=64', host], {
    env,
    stdio: ['ignore', keep ? 'pipe' : 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  void keep?.(child.stdout);
  const id = identify(child.pid);
  let failure;
  child.send({ waves });
  const why = (code, signal) => (failure ? `${failure.failed}: ${failure.message}` : (signal ?? `exit code ${code}`));
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(why(code, signal))));
  const names = waves
    .flat()
    .map((app) => app.name)
    .join(', ');
  const started = new Promise((resolve, reject) => {
    const late = () => reject(new Fault(`${names} did not start within ${timeoutMs / 1000} s. Look above for what they wait for.`));
    const timer = setTimeout(late, timeoutMs).unref();
    child.on('message', (message) => {
      if (message.started) resolve();
      else if (message.failed) failure = message;
    });
    void exited.then((how) => {
      clearTimeout(timer);
      reject(new Fault(failure ? `${failure.failed} did not start: ${failure.message}` : `${names} did not start: ${how}`));
    });
  });
  started.then(watch, () => {});

  /** From its start on a process says every second that it lives. */
  function watch() {
    let silentChecks = 0;
    const check = setInterval(() => {
      if (++silentChecks <= checks.failures) return;
      failure = { failed: names, message: 'no sign of life' };
      child.kill('SIGKILL');
    }, checkMs).unref();
    child.on('message', () => (silentChecks = 0)).once('exit', () => clearInterval(check));
  }

  return {
    pid: child.pid,
    /** Resolves when its services are up, rejects when the process ends before. */
    started,
    /** Resolves with how the process ended. */
    exited,
    stop: (within) => terminate(id, { within }),
  };
}
