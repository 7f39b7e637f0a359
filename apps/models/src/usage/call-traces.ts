import { isVisible, numberOf, traceSource } from '@skep/platform';

/** Answers of models, by their key and by the index model_call_trace. */
export const MODEL_TRACES = traceSource({
  find: `select trace_id from model_call where id = ${numberOf('model')} and trace_id is not null and ${isVisible('model_call')}`,
  list: `select 'model' as kind, coalesce(charge_id, 'model:' || id) as id, cause_id as parent_id, provider || ' ' || model as name, null::text as status,
      user_id, created_at - coalesce(duration_ms, 0) * interval '1 millisecond' as started_at, created_at as ended_at,
      fee::float8 as credits, prompt_tokens + completion_tokens as tokens, null::text as text
    from model_call where trace_id = :trace_id and ${isVisible('model_call')}`,
});
