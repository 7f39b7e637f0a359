import { Migration } from '../migration.js';

/** The tables of schedules: see src/runs/schedules.ts. */
export class Schedules1764295200000 extends Migration {
  readonly sql = `
    create table schedule (
      id text primary key,
      -- Both '' for work of the service itself.
      tenant_id text not null,
      user_id text not null,
      actor text not null,
      key text not null,
      kind text not null,
      input jsonb not null,
      timing jsonb not null,
      overlap text not null constraint schedule_overlap check (overlap in ('skip', 'queue', 'replace')),
      missed text not null constraint schedule_missed check (missed in ('skip', 'last', 'all')),
      catch_up_ms bigint not null,
      -- The first slot without a row; null if none is left.
      next_at timestamptz,
      paused_at timestamptz,
      ended_at timestamptz,
      created_at timestamptz not null default now(),
      unique (tenant_id, user_id, key)
    );
    create index schedule_due on schedule (next_at) where paused_at is null and next_at is not null;
    create index schedule_ended on schedule (ended_at) where ended_at is not null;

    -- The times at which a schedule was due, and what became of each.
    create table slot (
      schedule_id text not null references schedule (id) on delete cascade,
      due_at timestamptz not null,
      outcome text not null constraint slot_outcome check (outcome in ('ran', 'skipped', 'missed')),
      reason text,
      run_id text,
      -- How many slots the row stands for: its own and those that follow.
      slots integer not null default 1,
      primary key (schedule_id, due_at)
    );
    create index slot_due on slot (due_at);`;
}
