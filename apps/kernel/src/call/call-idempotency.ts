import type { CallResult } from '@skep/contracts/kernel';
import { type Ctx, currentLease, type Database, type LeasedPart } from '@skep/platform';
import { newId } from '../id.js';
import type { Verbs } from '../ir/verbs.js';
import type { PendingDocuments } from '../store/pending-documents.js';
import { toWebhookAnswer } from './webhook-answer.js';
import type { FinishedCall } from './call.js';

// Under an Idempotency-Key each call and each of its steps happens once: a step's answer is noted in the transaction of its effect,
// and a call's result with its action. A request that is repeated after a crash continues where the first one stopped.

const partName = ({ idempotencyKey = '' }: Ctx): string => idempotencyKey;
const attemptPartName = (ctx: Ctx, attempt: number): string => `${partName(ctx)}#${attempt}`;

/** The noted result of a call that has finished. */
export const recallResult = (ctx: Ctx): CallResult | undefined => currentLease()?.findPart(partName(ctx));

/** How many attempts of a call under its key failed with a retryable error. */
export function countFailedAttempts(ctx: Ctx): number {
  let attempts = 0;
  while (currentLease()?.findPart(attemptPartName(ctx, attempts))) attempts++;
  return attempts;
}

/** What is noted with a call's action: its result. A failure that may be repeated only counts as an attempt. Undefined without a key. */
export function toPart({ call: { ctx, attempt, source, chainId }, result }: FinishedCall): LeasedPart | undefined {
  const lease = currentLease();
  // The sender of a webhook repeats a delivery after any error.
  const mayRepeat = source === 'webhook' && chainId === null ? toWebhookAnswer(result).status_code >= 400 : result.retryable;
  if (!mayRepeat) return lease?.preparePart(partName(ctx), result);
  lease?.skipStoringAnswer();
  return lease?.preparePart(attemptPartName(ctx, attempt), true);
}

/** Runs a step and notes its answer, or returns the answer noted before. @param ctx with the step's key */
export async function runStepOnce<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  const lease = currentLease();
  const noted = lease?.findPart<T>(partName(ctx));
  if (noted !== undefined) return noted;
  const answer = await work();
  await lease?.recordPart(partName(ctx), answer);
  return answer;
}

/** The store verbs, each run once: a change of documents is noted in the transaction that makes it. @param nextStep gives a step its key */
export function createIdempotentStore(nextStep: (verb: string) => Ctx, store: Verbs['store'], db: Database): Verbs['store'] {
  if (!currentLease()) return store;
  const changeOnce = <T>(verb: string, work: () => Promise<T>) => {
    const ctx = nextStep(verb);
    return db.transaction(() => runStepOnce(ctx, work));
  };
  return {
    create: (...args) => changeOnce('create', () => store.create(...args)),
    get: (...args) => runStepOnce(nextStep('get'), () => store.get(...args)),
    list: (...args) => runStepOnce(nextStep('list'), () => store.list(...args)),
    update: (...args) => changeOnce('update', () => store.update(...args)),
    delete: (...args) => changeOnce('delete', () => store.delete(...args)),
  };
}

/**
 * The store verbs for one request of code. What it reads is noted, and the id of what it creates, so that a repeated call does the same; what it
 * writes is noted with the result of the call.
 * @param ctx with the key of the request
 */
export const createPendingStore = (ctx: Ctx, store: PendingDocuments): Verbs['store'] => ({
  create: async (kind, data) => store.create(kind, data, await runStepOnce(ctx, () => Promise.resolve(newId('doc')))),
  get: (...args) => runStepOnce(ctx, () => store.get(...args)),
  list: (...args) => runStepOnce(ctx, () => store.list(...args)),
  update: (...args) => store.update(...args),
  delete: (...args) => store.delete(...args),
});
