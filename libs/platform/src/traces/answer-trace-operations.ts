import { traceOperations } from '@skep/contracts';
import type { Ctx } from '../context.js';
import type { Database } from '../database.js';
import type { NatsStrategy } from '../nats.strategy.js';
import { RUN_TRACES, STEP_TRACES } from './run-traces.js';
import type { TraceSource } from './trace-source.js';

/** Answers the operations on traces of a service: those of its runs, and those that its aggregates declare. */
export function answerTraceOperations(strategy: NatsStrategy, db: Database, context: string, declared: readonly TraceSource[]): void {
  const { findTraces, listTraceParts } = traceOperations(context);
  const sources = [RUN_TRACES, STEP_TRACES, ...declared];
  const readerOf = ({ tenant, user }: Ctx, { of_everyone }: { of_everyone: boolean }) => ({ tenant, user: of_everyone ? null : user });
  strategy.answerOperation(findTraces, async ({ id, ...input }, ctx) => {
    const values = { id, ...readerOf(ctx, input) };
    return (await Promise.all(sources.flatMap(({ find }) => (find ? [db.rows(find, values)] : [])))).flat();
  });
  strategy.answerOperation(listTraceParts, async ({ trace_id, ...input }, ctx) => {
    const values = { trace_id, ...readerOf(ctx, input) };
    return (await Promise.all(sources.flatMap(({ list }) => (list ? [db.rows(list, values)] : [])))).flat();
  });
}
