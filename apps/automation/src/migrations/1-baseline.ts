import { Migration } from '@skep/platform';

export class Baseline1796100000000 extends Migration {
  readonly sql = `
    create table rule (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      user_id text not null,
      prompt text not null,
      interpretation text not null default '',
      trigger_filter jsonb,
      actions jsonb not null default '[]',
      -- The app that declares it; null for a rule that the user made.
      app_id text,
      -- The type of its events, with '.' for ':'; null for a rule that runs at set times.
      event_type text,
      status text not null default 'active' constraint rule_status check (status in ('active', 'paused', 'error')),
      active_since timestamptz not null default now(),
      cooldown_seconds integer not null,
      max_per_hour integer not null,
      max_iterations bigint not null,
      notify_mode text not null default 'failures' constraint rule_notify_mode check (notify_mode in ('all', 'failures', 'off')),
      trigger_count bigint not null default 0,
      completed_count bigint not null default 0,
      failed_count bigint not null default 0,
      last_triggered_at timestamptz,
      last_error text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index rule_owner on rule (tenant_id, user_id, id);
    create index rule_tenant on rule (tenant_id, id);
    create index rule_active on rule (tenant_id, id) where status = 'active';
    create index rule_event on rule (event_type, tenant_id, user_id) where status = 'active' and event_type is not null;

    create table execution (
      rule_id bigint not null constraint execution_rule references rule on delete cascade,
      id text not null,
      tenant_id text not null,
      user_id text not null,
      status text not null constraint execution_status check (status in ('triggered', 'running', 'completed', 'failed')),
      event jsonb,
      output jsonb,
      error text,
      attempts integer not null default 0,
      parent_execution_id text,
      depth integer not null default 0,
      trace_id text not null,
      created_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      timeout_at timestamptz,
      primary key (rule_id, id)
    );
    create index execution_newest on execution (rule_id, created_at, id);
    create index execution_trace on execution (trace_id);
    create index execution_created on execution (created_at);
    create index execution_late on execution (timeout_at) where ended_at is null and timeout_at is not null;

    -- How far the event feed has been read; version changes with each change of the types of events that active rules wait for.
    create table feed_position (
      one boolean primary key default true constraint feed_position_one check (one),
      seq bigint not null default 0,
      version bigint not null default 0
    );
    insert into feed_position default values;`;
}
