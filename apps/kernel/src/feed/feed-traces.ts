import { isVisible, numberOf, traceSource } from '@skep/platform';

/** Events of users, by the indexes feed_event_seq and feed_event_trace. */
export const FEED_TRACES = traceSource({
  find: `select trace_id from feed_event where seq = ${numberOf('event')} and trace_id is not null and ${isVisible('feed_event')}`,
  list: `select 'event' as kind, 'event:' || seq as id, payload ->> 'id' as parent_id, type as name, null::text as status, coalesce(user_id, '') as user_id,
      ts as started_at, null::timestamptz as ended_at, null::float8 as credits, null::bigint as tokens, null::text as text
    from feed_event where trace_id = :trace_id and seq is not null and ${isVisible('feed_event')}`,
});
