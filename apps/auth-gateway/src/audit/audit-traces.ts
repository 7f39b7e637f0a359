import { numberOf, traceSource } from '@skep/platform';

/** Entries that the user has made, or that are about their account. */
const IS_VISIBLE = 'tenant_id = :tenant and (:user::text is null or actor_id = :user or subject_id = :user)';

/** Audit entries, by their key, the id of their request and the index audit_log_trace. */
export const AUDIT_TRACES = traceSource({
  find: `select trace_id from audit_log where (id = ${numberOf('audit')} or request_id = :id) and trace_id is not null and ${IS_VISIBLE}`,
  list: `select 'audit' as kind, 'audit:' || id as id, null::text as parent_id, action as name, null::text as status,
      case when actor_type = 'user' then actor_id else '' end as user_id, created_at as started_at, null::timestamptz as ended_at,
      null::float8 as credits, null::bigint as tokens, target_type || ' ' || target_id as text
    from audit_log where trace_id = :trace_id and ${IS_VISIBLE}`,
});
