import { Migration } from '../migration.js';

/** The tables of runs: see src/runs/runs.ts. */
export class Runs1764291600000 extends Migration {
  readonly sql = `
    create table run (
      id text primary key,
      seq bigint generated always as identity,
      kind text not null,
      -- Both '' for work of the service itself.
      tenant_id text not null,
      user_id text not null,
      key text,
      lane text,
      -- With at_once: which of the person's places the run has.
      at_once integer,
      place integer,
      input jsonb not null,
      ctx jsonb not null,
      status text not null constraint run_status
        check (status in ('blocked', 'queued', 'running', 'waiting', 'done', 'failed', 'cancelled')),
      -- Who wrote this attempt last holds the run: everything that it writes says so.
      attempt integer not null default 0,
      failures integer not null default 0,
      -- When an instance may take the run: its start, the end of its lease, or the end of its wait.
      due_at timestamptz not null,
      deadline timestamptz not null,
      cancel_asked_at timestamptz,
      parent_id text,
      parent_step text,
      result jsonb,
      error jsonb,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz
    );
    create unique index run_key on run (kind, tenant_id, key) where key is not null;
    create unique index run_lane on run (kind, tenant_id, lane) where lane is not null and status in ('queued', 'running', 'waiting');
    create unique index run_place on run (kind, tenant_id, user_id, place) where place is not null and ended_at is null;
    create index run_due on run (due_at) where ended_at is null;
    create index run_blocked_lane on run (kind, tenant_id, lane, seq) where status = 'blocked';
    create index run_blocked_user on run (kind, tenant_id, user_id, seq) where status = 'blocked';
    create index run_parent on run (parent_id) where parent_id is not null;
    create index run_ended on run (ended_at) where ended_at is not null;

    -- What has happened in a run, by name, so that it happens no more; and what it waits for, until it is done.
    create table run_step (
      run_id text not null references run (id) on delete cascade,
      name text not null,
      done boolean not null,
      until timestamptz,
      output jsonb,
      created_at timestamptz not null default now(),
      primary key (run_id, name)
    );`;
}
