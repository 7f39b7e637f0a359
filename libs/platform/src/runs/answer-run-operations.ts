import { NotFound, runOperations, type RunState } from '@skep/contracts';
import type { NatsStrategy } from '../nats.strategy.js';
import type { RunStore } from './run-store.js';

/** Answers the operations on the runs of a service, for the gateway. */
export function answerRunOperations(strategy: NatsStrategy, runs: RunStore, context: string): void {
  const { getRun, listEndedRuns } = runOperations(context);
  strategy.answerOperation(getRun, async ({ run_id }) => toState(await runs.find(run_id)));
  strategy.answerOperation(listEndedRuns, async ({ run_ids }) => (await runs.listEnded(run_ids)).map((run_id) => ({ run_id })));
}

/** @throws Problem `not_found` */
function toState(run: Awaited<ReturnType<RunStore['find']>>): RunState {
  if (!run) throw NotFound();
  const { age_ms, status, result, error } = run;
  if (status !== 'done' && status !== 'failed' && status !== 'cancelled') return { age_ms };
  return { age_ms, end: { status, ...(result !== null && { result }), ...(error && { error }) } };
}
