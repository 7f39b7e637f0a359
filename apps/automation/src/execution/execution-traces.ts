import { isVisible, traceSource } from '@skep/platform';

/** Executions, by the indexes execution_id and execution_trace. */
export const EXECUTION_TRACES = traceSource({
  find: `select trace_id from execution where id = :id and ${isVisible('execution')}`,
  list: `select 'execution' as kind, id, parent_execution_id as parent_id, 'automation ' || rule_id as name, status, user_id, created_at as started_at,
      ended_at, null::float8 as credits, null::bigint as tokens, error as text
    from execution where trace_id = :trace_id and ${isVisible('execution')}`,
});
