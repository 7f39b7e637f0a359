import { hashSync, verifySync } from '@node-rs/argon2';
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** argon2id, version 1.3; 19 MiB, two passes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Others' next step takes a millisecond, a password tens of them: they go first. Not by more, or a busy machine would let nobody in. */
const NICER_BY = 5;

/** What a thread is asked: to hash a password, or whether it fits a hash. */
export interface PasswordTask {
  password: string;
  against?: string;
}
export type PasswordDone = { result: string | boolean } | { error: string };

// Priorities are a thread's on Linux, and elsewhere a process's.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + NICER_BY, 19));

parentPort?.on('message', ({ password, against }: PasswordTask) => {
  const done = (answer: PasswordDone) => parentPort?.postMessage(answer);
  try {
    done({ result: against === undefined ? hashSync(password, PARAMETERS) : verifySync(against, password) });
  } catch (error) {
    done({ error: String(error) });
  }
});
