import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** An app that runs as a process of its own. */
export interface AppProcess {
  pid: number;
  /** The URL of its management port. */
  management: string;
  /** The last 20,000 characters of its output. */
  printed(): string;
  /** Null while it runs, and if a signal ended it. */
  exitCode(): number | null;
  /** Sends the signal, and SIGKILL after five seconds. Resolves once the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** The folder `apps/`. */
export const APPS = new URL('../../../../apps/', import.meta.url);

/** The environment of an app, without its settings: processes that share a cache of compiled code start a quarter faster. */
export const PROCESS_ENV = {
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/skep/compiled', APPS)),
};

/** An app starts in less than two seconds on an idle machine; less than the test runner's timeout for a hook. */
const START_TIMEOUT_MS = 120_000;
/** An app finishes its work in progress first; no test leaves work that takes longer. */
const STOP_TIMEOUT_MS = 5_000;

/**
 * Starts `apps/<name>` from its build, or another service.
 * @param main the compiled main file of the service
 * @returns ready: rejects, with the app's output, if it exits before it is ready or is not ready in time
 */
export function startApp(
  name: string,
  env: Record<string, string>,
  main = new URL(`${name}/dist/src/main.js`, APPS),
): { child: ChildProcess; ready: Promise<AppProcess> } {
  const child = spawn(process.execPath, [fileURLToPath(main)], {
    env: { ...PROCESS_ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = new Promise<AppProcess>((resolve, reject) => {
    let printed = '';
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`${name} ${reason}:\n${printed}`));
    };
    const timer = setTimeout(() => {
      fail(`was not ready within ${START_TIMEOUT_MS} ms`);
      void endProcess(child, 'SIGKILL');
    }, START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
      if (!printed.includes(`"${name} is ready"`)) return;
      clearTimeout(timer);
      const management = `http://127.0.0.1:${/"management":(\d+)/.exec(printed)?.[1]}`;
      resolve({
        pid: child.pid ?? 0,
        management,
        printed: () => printed,
        exitCode: () => child.exitCode,
        kill: (signal) => endProcess(child, signal),
      });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', ({ message }) => fail(message)).once('close', () => fail('exited before it was ready'));
  });
  return { child, ready };
}

/** Sends a signal to a child process, and SIGKILL after five seconds. Resolves once it has ended and its pipes are closed. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(killTimer);
}
