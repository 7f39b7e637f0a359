import { stopSignal } from './stop-signal.mjs';

/** An error that the user at the terminal can fix. Its message is printed without a stack. */
export class Fault extends Error {}

/** @type {[RegExp, string][]} */
const knownErrors = [
  [/ENOSPC|No space left on device/i, 'The disk is full. Free some space (a new installation needs about 1 GB) and run the command again.'],
  [/EDQUOT|Disk quota exceeded/i, 'Your disk quota is used up. Free some space and run the command again.'],
  [/EMFILE|Too many open files/i, 'The limit of open files is too low. Raise it with `ulimit -n 4096` and run the command again.'],
];

/**
 * Converts an error or a program's output to a Fault if its cause is known (full disk, missing permission, …).
 * @param {unknown} error an error, or the output of a program
 * @param {string} [otherwise] the message for other causes; without it, the error is returned unchanged
 * @returns {unknown}
 */
export function explain(error, otherwise) {
  if (error instanceof Fault) return error;
  const text = error instanceof Error ? `${codeOf(error) ?? ''} ${error.message}` : String(error);
  const sentence = knownErrors.find(([pattern]) => pattern.test(text))?.[1] ?? describePermission(error) ?? otherwise;
  return sentence === undefined ? error : new Fault(sentence);
}

/** @param {unknown} error */
function describePermission(error) {
  const path = memberOf(error, 'path');
  if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '') || !path) return undefined;
  return `This user may not write ${path}. Grant the permission, or run the command as the owner of the folder.`;
}

/**
 * The code of an error of Node or Postgres, such as ENOENT or 42501.
 * @param {unknown} error
 */
export const codeOf = (error) => memberOf(error, 'code');

/**
 * The message of whatever was thrown.
 * @param {unknown} error
 */
export const messageOf = (error) => memberOf(error, 'message') ?? String(error);

/**
 * @param {unknown} error
 * @param {string} name
 * @returns {string | undefined}
 */
function memberOf(error, name) {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = /** @type {Record<string, unknown>} */ (error)[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Runs the main function of a command. Prints a Fault as its message and other errors with their stack, and sets the exit code.
 * @param {() => Promise<number | void>} main returns the exit code
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
