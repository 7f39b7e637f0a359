import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openLog } from './logs.mjs';

/**
 * Writes the output of services to a file, and to the terminal what the operator should see: warnings, errors, and lines that are not
 * from a log.
 * @param {string} file
 */
export function serviceLog(file) {
  const log = createWriteStream(file, { fd: openLog(file).fd });
  return {
    /**
     * @param {import('node:stream').Readable} output of a process
     * @returns {Promise<void>} resolves when the output has ended and everything is in the file
     */
    async read(output) {
      for await (const line of createInterface({ input: output })) {
        if (!isRoutine(line)) console.log(line);
        if (!log.write(`${line}\n`)) await once(log, 'drain');
      }
      await new Promise((resolve) => log.write('', resolve));
    },
  };
}

const isRoutine = (line) => /^\{"level":"(trace|debug|info)"/.test(line);
