import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** An app that runs as a process of its own. */
export interface AppProcess {
  pid: number;
  /** Ends it, and resolves once it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Where the apps stand. */
export const APPS = new URL('../../../../apps/', import.meta.url);

/** Starts `apps/<name>` from its build. @throws Error with what the app printed, when it ends before it answers. */
export function startApp(name: string, env: Record<string, string>): Promise<AppProcess> {
  const main = fileURLToPath(new URL(`${name}/dist/src/main.js`, APPS));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
      if (printed.includes(`"${name} answers"`)) resolve({ pid: child.pid ?? 0, kill });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`${name} ended before it answered:\n${printed}`)));
  });
}
