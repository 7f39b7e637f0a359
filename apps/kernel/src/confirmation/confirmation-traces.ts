import { isVisible, traceSource } from '@skep/platform';

/** Calls that wait for their users, or did: by their key and by the index confirmation_trace. */
export const CONFIRMATION_TRACES = traceSource({
  find: `select trace_id from confirmation where id = :id and trace_id is not null and ${isVisible('confirmation')}`,
  list: `select 'confirmation' as kind, id, cause_id as parent_id, app_id || '.' || function as name,
      case when status = 'pending' and expires_at <= now() then 'expired' else status end as status, user_id,
      created_at as started_at, decided_at as ended_at, null::float8 as credits, null::bigint as tokens, summary as text
    from confirmation where trace_id = :trace_id and ${isVisible('confirmation')}`,
});
