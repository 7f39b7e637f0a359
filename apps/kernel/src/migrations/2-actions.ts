import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Actions1763769600601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table action (
        id text primary key,
        trace_id text not null,
        chain_id text,
        parent_task_id text,
        user_id text not null,
        tenant_id text not null,
        source text not null,
        app_id text not null,
        tool_name text not null,
        action_type text not null,
        intent_type text,
        status text not null,
        message_preview text,
        result_preview text,
        error text,
        duration_ms bigint,
        tokens_used bigint not null default 0,
        heartbeat_count bigint not null default 0,
        action_price double precision not null default 0,
        extension_price double precision not null default 0,
        platform_fee double precision not null default 0,
        worker_id text,
        llm_provider text,
        llm_model text,
        llm_steps jsonb,
        llm_total_calls bigint not null default 0,
        llm_total_tokens bigint not null default 0,
        created_at timestamptz not null default now(),
        completed_at timestamptz
      );
      create index action_owner on action (tenant_id, user_id, id);
      create index action_app on action (app_id);
      -- Makes repeated reports of a service idempotent. Ids of the kernel's own actions are unique already.
      create unique index action_service_unique on action (tenant_id, user_id, trace_id, app_id, tool_name) where source = 'service';

      create function reject_change() returns trigger language plpgsql as $$
      begin
        raise exception 'table action is append-only';
      end $$;
      create trigger action_append_only before delete or truncate on action for each statement execute function reject_change();

      -- An action may only lose its texts, when its user is erased.
      create function reject_update() returns trigger language plpgsql as $$
      begin
        if to_jsonb(new) <> to_jsonb(old) || '{"message_preview": null, "result_preview": null, "error": null, "llm_steps": null}' then
          raise exception 'table action is append-only';
        end if;
        return new;
      end $$;
      create trigger action_no_update before update on action for each row execute function reject_update();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table action; drop function reject_change; drop function reject_update;');
  }
}
