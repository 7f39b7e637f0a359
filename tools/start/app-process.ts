import type { App, HostMessage } from '@skep/platform/app-host';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../setup/fault.mjs';
import { CACHE, NODE, ROOT } from '../setup/paths.mjs';
import { identify, terminate } from './processes.mjs';

const startTimeoutMs = 90_000;
const checks = { everyMs: 3_000, failures: 5 };
const appHost = join(ROOT, 'libs/platform/dist/src/app-host.js');

export interface AppProcessOptions {
  waves: App[][];
  env: NodeJS.ProcessEnv;
  /** Reads its standard output, which otherwise goes to that of this process. */
  log?: ((output: Readable) => Promise<void>) | undefined;
  checkMs?: number;
}

export type AppProcess = ReturnType<typeof startAppProcess>;

/** Starts a process that hosts services. Kills it if it hangs, that is, if its messages stop. */
export function startAppProcess({ waves, env, log, checkMs = checks.everyMs }: AppProcessOptions) {
  // The heap as in deploy/Dockerfile. Detached, so that Ctrl-C reaches only the launcher. If the launcher dies, the IPC channel closes.
  const child = spawn(NODE, ['--max-semi-space-size=64', appHost], {
    env: { ...env, NODE_COMPILE_CACHE: join(CACHE, 'compiled') },
    stdio: ['ignore', log ? 'pipe' : 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  if (child.stdout) void log?.(child.stdout);
  const pid = child.pid ?? 0;
  const id = identify(pid);
  let failure: { failed: string; message: string } | undefined;
  child.send({ waves });
  const reasonOf = (code: number | null, signal: string | null) =>
    failure ? `${failure.failed}: ${failure.message}` : (signal ?? `exit code ${code}`);
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(reasonOf(code, signal))));
  const names = waves
    .flat()
    .map((app) => app.name)
    .join(', ');
  const started = new Promise<void>((resolve, reject) => {
    const onTimeout = () => reject(new Fault(`${names} did not start within ${startTimeoutMs / 1000} s. See the output above.`));
    const timer = setTimeout(onTimeout, startTimeoutMs).unref();
    child.on('message', (message: HostMessage) => {
      if ('started' in message) resolve();
      else if ('failed' in message) failure = message;
    });
    void exited.then((reason) => {
      clearTimeout(timer);
      reject(new Fault(failure ? `${failure.failed} did not start: ${failure.message}` : `${names} did not start: ${reason}`));
    });
  });
  started.then(watch, () => {});

  /** Once started, a process sends a message every second. */
  function watch() {
    let silentChecks = 0;
    const check = setInterval(() => {
      if (++silentChecks <= checks.failures) return;
      failure = { failed: names, message: 'does not respond' };
      child.kill('SIGKILL');
    }, checkMs).unref();
    child.on('message', () => (silentChecks = 0)).once('exit', () => clearInterval(check));
  }

  return {
    pid,
    /** Resolves once its services are ready; rejects if the process ends before. */
    started,
    /** Resolves with the reason for which the process ended. */
    exited,
    stop: (within?: number) => terminate(id, { within }),
  };
}
