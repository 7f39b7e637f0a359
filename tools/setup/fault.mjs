import { stopSignal } from './stop-signal.mjs';

/** A problem that the person at the terminal can solve: its message is one plain sentence, printed without a stack. */
export class Fault extends Error {}

const known = [
  [/ENOSPC|No space left on device/i, 'The disk is full. Free some space (a new installation needs about 1 GB) and run the command again.'],
  [/EDQUOT|Disk quota exceeded/i, 'Your disk quota is used up. Free some space and run the command again.'],
  [/EMFILE|Too many open files/i, 'The limit of open files is too low. Raise it with `ulimit -n 4096` and run the command again.'],
];

/**
 * What to tell the user about an error or a program's output.
 * @param {unknown} error an error, or text a program printed
 * @param {string} [otherwise] the sentence when the cause is none of the well-known ones
 */
export function explain(error, otherwise) {
  if (error instanceof Fault) return error;
  const text = error instanceof Error ? `${error.code ?? ''} ${error.message}` : String(error);
  const sentence = known.find(([pattern]) => pattern.test(text))?.[1] ?? permission(error) ?? otherwise;
  return sentence === undefined ? error : new Fault(sentence);
}

function permission(error) {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error?.code) || !error.path) return undefined;
  return `This user may not write ${error.path}. Give it that right, or run the command as the user who owns the folder.`;
}

/**
 * Runs a command of ours and ends the process: a Fault as one sentence, anything else with its stack.
 * @param {() => Promise<number | void>} main answers the exit code
 */
export async function run(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (thrown) {
    if (stopSignal.aborted) return void (process.exitCode = 130);
    const error = explain(thrown);
    console.error(error instanceof Fault ? error.message : error);
    process.exitCode = 1;
  }
}
