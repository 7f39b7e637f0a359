import type { CallResult } from '@skep/contracts';
import { currentLease, type Database, withKeySuffix } from '@skep/platform';
import type { Verbs } from '../ir/verbs.js';
import type { RunningCall } from './running-call.js';

// Under an Idempotency-Key each call and each of its steps is done once: what a step was answered is noted with its effect, and a
// call's result with its line in the ledger. A request that is repeated after a crash goes on where the first one stopped.

type Named = Pick<RunningCall, 'ctx'>;

const partOf = ({ ctx }: Named): string => ctx.idempotencyKey ?? '';
const partOfAttempt = (call: Named, attempt: number): string => `${partOf(call)}#${attempt}`;
const partOfStep = (call: RunningCall, verb: string): string => partOf({ ctx: withKeySuffix(call.ctx, `step ${++call.steps} ${verb}`) });

/** The result of a call that has been done. */
export const resultOf = (call: Named): CallResult | undefined => currentLease()?.recall(partOf(call));

/** How often a call has been done under its key and failed in a way that may be over the next time. */
export function attemptsOf(call: Named): number {
  let attempts = 0;
  while (currentLease()?.recall(partOfAttempt(call, attempts))) attempts++;
  return attempts;
}

/** Notes a result, in the transaction that writes the call's line. A failure that may be over the next time is not kept. */
export async function noteResult(call: RunningCall, result: CallResult): Promise<void> {
  const lease = currentLease();
  if (!result.retryable) return lease?.note(partOf(call), result);
  lease?.leaveOpen();
  await lease?.note(partOfAttempt(call, call.attempt), true);
}

/** Does a step and notes what it was answered; what was noted before is the answer. */
export async function stepOnce<T>(call: RunningCall, verb: string, work: () => Promise<T>): Promise<T> {
  return once(partOfStep(call, verb), work);
}

async function once<T>(part: string, work: () => Promise<T>): Promise<T> {
  const lease = currentLease();
  const noted = lease?.recall<T>(part);
  if (noted !== undefined) return noted;
  const answer = await work();
  await lease?.note(part, answer);
  return answer;
}

/** The store's verbs, each done once: what changes documents is noted in the transaction that changes them. */
export function storeOnce(call: RunningCall, store: Verbs['store'], db: Database): Verbs['store'] {
  if (!currentLease()) return store;
  const changeOnce = <T>(verb: string, work: () => Promise<T>) => {
    const part = partOfStep(call, verb);
    return db.transaction(() => once(part, work));
  };
  return {
    create: (...args) => changeOnce('create', () => store.create(...args)),
    get: (...args) => stepOnce(call, 'get', () => store.get(...args)),
    list: (...args) => stepOnce(call, 'list', () => store.list(...args)),
    update: (...args) => changeOnce('update', () => store.update(...args)),
    delete: (...args) => changeOnce('delete', () => store.delete(...args)),
  };
}
