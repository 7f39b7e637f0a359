-- Records finished calls of one tenant in one round trip. Of each call: its action, its feed events (an array), what the event callsFinished
-- says of it, the event callCharged with its context if it had a hold, and, under an Idempotency-Key, the part to note. A call is left out
-- if another process took over the lease of its key. Returns the ids of the others; recording one again changes nothing.
create or replace function record_calls(calls jsonb, ctx jsonb) returns setof text language sql as $$
  with call as materialized (
    select * from jsonb_to_recordset(calls) as call (action jsonb, events jsonb, finished jsonb, charged jsonb, part jsonb)
  ), held as materialized (
    select key, owner from call join idempotency on key = part ->> 'key' and owner = (part ->> 'owner')::uuid for share of idempotency
  ), valid as materialized (
    select * from call where part is null or exists (select from held where key = part ->> 'key' and owner = (part ->> 'owner')::uuid)
  ), inserted as (
    insert into action (id, trace_id, cause_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                        result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, llm_total_tokens, completed_at,
                        action_price, extension_price, platform_fee)
      select id, trace_id, cause_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
             result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, tokens_used, now(),
             action_price, extension_price, platform_fee
        from valid, jsonb_populate_record(null::action, action)
    on conflict (id) do nothing returning id
  ), recorded as materialized (
    select valid.* from valid join inserted on id = action ->> 'id'
  ), noted as (
    insert into idempotency_part (key, part, answer) select part ->> 'key', part ->> 'part', part ->> 'answer' from recorded where part is not null
  ), fed as (
    insert into feed_event (tenant_id, user_id, type, payload, trace_id)
      select tenant_id, user_id, type, payload, trace_id from recorded, jsonb_populate_recordset(null::feed_event, events)
  ), published as (
    insert into outbox (subject, ctx, payload)
      select '{{callsFinished}}', record_calls.ctx, jsonb_build_object('tenant_id', record_calls.ctx ->> 'tenant', 'calls', jsonb_agg(finished))
        from recorded having count(*) > 0
      union all
      select '{{callCharged}}', charged -> 'ctx', charged -> 'payload' from recorded where charged is not null
  )
  select action ->> 'id' from valid;
$$;
