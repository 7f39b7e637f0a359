import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { openLog } from './logs.ts';

/**
 * Writes the output of services to a file, and to the terminal what the operator should see: warnings, errors, and lines that are not
 * from a log.
 */
export function serviceLog(file: string) {
  const log = createWriteStream(file, { fd: openLog(file).fd });
  return {
    /** Reads the output of a process. Resolves when the output has ended and everything is in the file. */
    async read(output: Readable): Promise<void> {
      for await (const line of createInterface({ input: output })) {
        if (!isRoutine(line)) console.log(line);
        if (!log.write(`${line}\n`)) await once(log, 'drain');
      }
      await new Promise((resolve) => log.write('', resolve));
    },
  };
}

const isRoutine = (line: string) => /^\{"level":"(trace|debug|info)"/.test(line);
