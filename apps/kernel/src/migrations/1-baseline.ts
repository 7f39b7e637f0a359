import { Migration } from '@skep/platform';

export class Baseline1763769600600 extends Migration {
  readonly sql = `
    create table document (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      collection text not null,
      data jsonb not null,
      bytes integer not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz
    );
    -- The only index: a user's collection is small. A GIN index over all documents would cost each write more than it saves a rare filter.
    create index document_owner on document (tenant_id, user_id, app_id, collection, id) where deleted_at is null;
    create index document_deleted on document (deleted_at) where deleted_at is not null;

    -- Bytes of documents that are not deleted: per user and app, and with app_id '' per user.
    create table storage_usage (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      bytes bigint not null,
      primary key (tenant_id, user_id, app_id)
    );

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

    -- Sums of the actions that remove_old_actions has removed: see that file of sql/.
    create table removed_actions (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      actions bigint not null,
      successes bigint not null,
      tokens numeric not null,
      timed bigint not null,
      duration_ms numeric not null,
      primary key (tenant_id, user_id, app_id)
    );
    create index removed_actions_app on removed_actions (app_id);

    create table feed_event (
      id bigint generated always as identity primary key,
      -- Null until sequence_feed has numbered the event.
      seq bigint,
      tenant_id text not null,
      user_id text,
      type text not null,
      payload jsonb not null,
      ts timestamptz not null default clock_timestamp()
    );
    create index feed_event_unnumbered on feed_event (id) where seq is null;
    create unique index feed_event_seq on feed_event (seq) where seq is not null;
    create index feed_event_user on feed_event (tenant_id, user_id, seq) where seq is not null;
    create index feed_event_ts on feed_event (ts);

    create table feed_counter (
      one boolean primary key default true constraint feed_counter_one check (one),
      head bigint not null default 0,
      oldest bigint not null default 1
    );
    insert into feed_counter default values;

    create table automation (
      id bigint generated always as identity primary key,
      user_id text not null,
      tenant_id text not null,
      prompt text not null,
      status text not null default 'active',
      cooldown_seconds integer not null,
      max_per_hour integer not null,
      max_iterations bigint not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index automation_owner on automation (tenant_id, user_id);`;
}
