import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `record_call` also records what the call cost. */
export class CallPrices1763769600604 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Records a finished call in one round trip: its action, its feed events, and the event callFinished.
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Records a finished call in one round trip: its action, its feed events, and the event callFinished.
      create or replace function record_call(action_row jsonb, events jsonb, subject text, ctx jsonb, finished jsonb) returns void language sql as $$
        insert into action (id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                            result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, llm_total_tokens, completed_at)
          select id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                 result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, tokens_used, now()
            from jsonb_populate_record(null::action, action_row);
        insert into feed_event (tenant_id, user_id, type, payload)
          select tenant_id, user_id, type, payload from jsonb_populate_recordset(null::feed_event, events);
        insert into outbox (subject, ctx, payload) values (subject, ctx, finished);
      $$;
    `);
  }
}
