import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** An app that runs as a process of its own. */
export interface AppProcess {
  pid: number;
  /** Where its /healthz, /readyz and /metrics are. */
  management: string;
  /** The end of what it has printed. */
  printed(): string;
  /** Ends it, by force where it will not, and resolves once it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Where the apps stand. */
export const APPS = new URL('../../../../apps/', import.meta.url);

/** An app needs less than two seconds on a calm machine, and the runner waits a minute for a hook. */
const START_MS = 30_000;
/** An app finishes what it has begun: a test leaves nothing that takes longer. */
const END_MS = 5_000;

/**
 * Starts `apps/<name>` from its build.
 * @returns answers: rejects, with what the app printed, when it ends before it answers, or does not answer in time
 */
export function startApp(name: string, env: Record<string, string>): { child: ChildProcess; answers: Promise<AppProcess> } {
  const main = fileURLToPath(new URL(`${name}/dist/src/main.js`, APPS));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const answers = new Promise<AppProcess>((resolve, reject) => {
    let printed = '';
    const fail = (what: string) => {
      clearTimeout(tooLate);
      reject(new Error(`${name} ${what}:\n${printed}`));
    };
    const tooLate = setTimeout(() => {
      fail(`did not answer within ${START_MS} ms`);
      void endProcess(child, 'SIGKILL');
    }, START_MS);
    const read = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
      if (!printed.includes(`"${name} is ready"`)) return;
      clearTimeout(tooLate);
      const management = `http://127.0.0.1:${/"management":(\d+)/.exec(printed)?.[1]}`;
      resolve({ pid: child.pid ?? 0, management, printed: () => printed, kill: (signal) => endProcess(child, signal) });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', ({ message }) => fail(message)).once('close', () => fail('ended before it answered'));
  });
  return { child, answers };
}

/** Sends a child a signal, after a while SIGKILL, and resolves once it has ended and its pipes are closed. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(insist);
}
