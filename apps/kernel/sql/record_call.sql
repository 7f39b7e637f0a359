-- For processes of the former release during a rolling upgrade; remove it with a migration after the next one. Now record_calls.
-- Records a finished call and what it cost in one round trip: its action, its feed events (an array), and the event callFinished, whose
-- subject, context and payload are subject, ctx and finished.
create or replace function record_call(action_row jsonb, events jsonb, subject text, ctx jsonb, finished jsonb) returns void language sql as $$
  insert into action (id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                      result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, llm_total_tokens, completed_at,
                      action_price, extension_price, platform_fee)
    select id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
           result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, tokens_used, now(),
           action_price, extension_price, platform_fee
      from jsonb_populate_record(null::action, action_row);
  insert into feed_event (tenant_id, user_id, type, payload)
    select tenant_id, user_id, type, payload from jsonb_populate_recordset(null::feed_event, events);
  insert into outbox (subject, ctx, payload) values (subject, ctx, finished);
$$;
