import { Migration } from '@skep/platform';

/** Calls of functions that run in the background. */
export class Tasks1795910400690 extends Migration {
  readonly sql = `
    create table task (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      function text not null,
      status text not null default 'queued'
        constraint task_status check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
      result jsonb,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz
    );
    create index task_active on task (tenant_id, user_id, created_at) where ended_at is null;
    create index task_ended on task (ended_at);

    -- The actions of one request.
    create index action_trace on action (tenant_id, user_id, trace_id, id);`;
}
