import type { CallResult } from '@skep/contracts/kernel';
import { currentLease, type Database, withKeySuffix } from '@skep/platform';
import type { Verbs } from '../ir/verbs.js';
import type { CallExecution } from './call-execution.js';

// Under an Idempotency-Key each call and each of its steps happens once: a step's answer is noted in the transaction of its effect,
// and a call's result with its action. A request that is repeated after a crash continues where the first one stopped.

type CallRef = Pick<CallExecution, 'ctx'>;

const partName = ({ ctx }: CallRef): string => ctx.idempotencyKey ?? '';
const attemptPartName = (call: CallRef, attempt: number): string => `${partName(call)}#${attempt}`;
const nextStepPartName = (call: CallExecution, verb: string): string =>
  partName({ ctx: withKeySuffix(call.ctx, `step ${++call.steps} ${verb}`) });

/** The noted result of a call that has finished. */
export const recallResult = (call: CallRef): CallResult | undefined => currentLease()?.findPart(partName(call));

/** How many attempts of a call under its key failed with a retryable error. */
export function countFailedAttempts(call: CallRef): number {
  let attempts = 0;
  while (currentLease()?.findPart(attemptPartName(call, attempts))) attempts++;
  return attempts;
}

/** Notes a result in the transaction that records the call. A retryable failure only counts as an attempt. */
export async function noteResult(call: CallExecution, result: CallResult): Promise<void> {
  const lease = currentLease();
  if (!result.retryable) return lease?.recordPart(partName(call), result);
  lease?.skipStoringAnswer();
  await lease?.recordPart(attemptPartName(call, call.attempt), true);
}

/** Runs a step and notes its answer, or returns the answer noted before. */
export async function runStepOnce<T>(call: CallExecution, verb: string, work: () => Promise<T>): Promise<T> {
  return recallOrRun(nextStepPartName(call, verb), work);
}

async function recallOrRun<T>(part: string, work: () => Promise<T>): Promise<T> {
  const lease = currentLease();
  const noted = lease?.findPart<T>(part);
  if (noted !== undefined) return noted;
  const answer = await work();
  await lease?.recordPart(part, answer);
  return answer;
}

/** The store verbs, each run once: a change of documents is noted in the transaction that makes it. */
export function createIdempotentStore(call: CallExecution, store: Verbs['store'], db: Database): Verbs['store'] {
  if (!currentLease()) return store;
  const changeOnce = <T>(verb: string, work: () => Promise<T>) => {
    const part = nextStepPartName(call, verb);
    return db.transaction(() => recallOrRun(part, work));
  };
  return {
    create: (...args) => changeOnce('create', () => store.create(...args)),
    get: (...args) => runStepOnce(call, 'get', () => store.get(...args)),
    list: (...args) => runStepOnce(call, 'list', () => store.list(...args)),
    update: (...args) => changeOnce('update', () => store.update(...args)),
    delete: (...args) => changeOnce('delete', () => store.delete(...args)),
  };
}
