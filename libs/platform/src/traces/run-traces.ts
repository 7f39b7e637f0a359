import { isVisible, traceSource } from './trace-source.js';

/** The trace id of a run, as SQL, by the index run_trace. */
export const TRACE_OF_RUN = `substr(run.ctx ->> 'trace', 4, 32)`;

/** The runs of a service. The id of a step, such as `run_5b2e/model 0`, leads to the trace of its run. */
export const RUN_TRACES = traceSource({
  find: `select ${TRACE_OF_RUN} as trace_id from run where id = split_part(:id, '/', 1) and ${isVisible('run')}`,
  list: `select 'run' as kind, id, coalesce(parent_id, ctx ->> 'cause') as parent_id, run.kind as name, status, user_id,
      coalesce(started_at, created_at) as started_at, ended_at, null::float8 as credits, null::bigint as tokens, error ->> 'message' as text
    from run where ${TRACE_OF_RUN} = :trace_id and ${isVisible('run')}`,
});

/** What has happened in them, and what they wait for. */
export const STEP_TRACES = traceSource({
  list: `select 'step' as kind, run.id || '/' || step.name as id, run.id as parent_id, step.name,
      case when step.done then 'done' else 'waiting' end as status, run.user_id, step.created_at as started_at, null::timestamptz as ended_at,
      null::float8 as credits, null::bigint as tokens, null::text as text
    from run join run_step step on step.run_id = run.id where ${TRACE_OF_RUN} = :trace_id and ${isVisible('run')}`,
});
