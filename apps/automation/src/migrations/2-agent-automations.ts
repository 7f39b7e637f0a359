import { Migration } from '@skep/platform';

/** Jobs by the clock, rules on events, the queue and webhooks of the agent gateway. */
export class AgentAutomations1796200000001 extends Migration {
  readonly sql = `
    create table job (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      name text not null,
      -- When it runs: at set times, or at events.
      trigger text not null constraint job_trigger check (trigger in ('schedule', 'event')),
      schedule_kind text,
      schedule_value text,
      timezone text not null default 'UTC',
      overlap text not null default 'skip',
      missed text not null default 'last',
      -- Since when its periods count.
      armed_at timestamptz not null default now(),
      event_type text,
      filters jsonb not null default '{}',
      action text not null,
      action_config jsonb not null default '{}',
      metadata jsonb not null default '{}',
      sealed_secret bytea,
      -- The conversation in which its agent runs, if its action names none.
      conversation_id text,
      enabled boolean not null default true,
      run_count bigint not null default 0,
      last_run timestamptz,
      last_error text,
      created_at timestamptz not null default clock_timestamp()
    );
    create index job_owner on job (tenant_id, user_id, trigger, created_at, id);
    create index job_event on job (tenant_id, user_id, event_type) where enabled and event_type is not null;

    create table queue_job (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      job_id text constraint queue_job_job references job on delete cascade,
      -- The slot of a job that runs at set times.
      due_at timestamptz,
      type text not null,
      payload jsonb not null,
      event jsonb,
      -- The payload contains what someone outside wrote.
      tainted boolean not null default false,
      priority integer not null default 0,
      max_retries integer not null default 3,
      status text not null default 'pending'
        constraint queue_job_status check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
      attempts integer not null default 0,
      output jsonb,
      error text,
      created_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      ended_at timestamptz
    );
    create index queue_job_newest on queue_job (tenant_id, user_id, created_at, id);
    create index queue_job_waiting on queue_job (tenant_id, user_id, priority desc, created_at, id) where status = 'pending';
    create index queue_job_running on queue_job (started_at) where status = 'running';
    create index queue_job_of on queue_job (job_id, created_at);
    create index queue_job_created on queue_job (created_at);
    create unique index queue_job_slot on queue_job (job_id, due_at) where due_at is not null;

    -- What has happened to a person, for rules and to be read.
    create table happening (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      type text not null,
      data jsonb not null,
      created_at timestamptz not null default clock_timestamp()
    );
    create index happening_newest on happening (tenant_id, user_id, created_at, id);
    create index happening_created on happening (created_at);

    create table webhook (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      name text not null,
      slug text not null constraint webhook_slug unique,
      preset text not null,
      sealed_secret bytea,
      template text not null default '',
      target_conversation_id text,
      trigger_agent boolean not null default true,
      enabled boolean not null default true,
      created_at timestamptz not null default clock_timestamp()
    );
    create index webhook_owner on webhook (tenant_id, user_id, created_at, id);

    create table webhook_event (
      id text primary key,
      webhook_id text not null constraint webhook_event_webhook references webhook on delete cascade,
      tenant_id text not null,
      user_id text not null,
      -- What the sender repeats a delivery with; null for one that was not taken.
      delivery_id text,
      status text not null constraint webhook_event_status check (status in ('pending', 'processed', 'failed')),
      payload jsonb,
      headers jsonb not null default '{}',
      processed_content text,
      error text,
      created_at timestamptz not null default clock_timestamp()
    );
    create index webhook_event_newest on webhook_event (webhook_id, created_at, id);
    create index webhook_event_created on webhook_event (created_at);
    create unique index webhook_event_delivery on webhook_event (webhook_id, delivery_id) where delivery_id is not null;`;
}
