import { isVisible, traceSource } from '@skep/platform';

/** Finished calls, by their key and by the index action_of_trace. */
export const ACTION_TRACES = traceSource({
  find: `select trace_id from action where id = :id and ${isVisible('action')}`,
  list: `select 'call' as kind, id, coalesce(cause_id, chain_id) as parent_id, app_id || '.' || tool_name as name, status, user_id,
      coalesce(completed_at, created_at) - coalesce(duration_ms, 0) * interval '1 millisecond' as started_at,
      coalesce(completed_at, created_at) as ended_at, action_price as credits, tokens_used as tokens, coalesce(error, result_preview) as text
    from action where trace_id = :trace_id and ${isVisible('action')}`,
});
