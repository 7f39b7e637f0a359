import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../setup/paths.mjs';

/** A command of an author that runs. */
export interface AuthorCommand {
  /** All that it has printed. */
  printed(): string;
  child: ChildProcess;
  ended: Promise<{ code: number; printed: string }>;
}

/** Starts `npm run skep -- …` as an author who calls it in a folder. @param env their settings, such as SKEP_TOKEN */
export function startAuthorCommand(folder: string, line: string[], env: Record<string, string>): AuthorCommand {
  const child = spawn(process.execPath, [join(ROOT, 'tools/skep.mjs'), ...line], {
    env: { PATH: process.env.PATH, INIT_CWD: folder, XDG_CONFIG_HOME: join(folder, '.config'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).then((code) => ({
    code: code ?? 1,
    printed: printed.trim(),
  }));
  return { printed: () => printed, child, ended };
}
