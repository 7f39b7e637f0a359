import { Migration } from '@skep/platform';

/** What the code of apps logs. */
export class AppLogs1798200000015 extends Migration {
  readonly sql = `
    create table app_log (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      call_id text not null,
      function text not null,
      level text not null constraint app_log_level check (level in ('debug', 'info', 'warn', 'error')),
      message text not null,
      fields jsonb not null,
      created_at timestamptz not null default now()
    );
    create index app_log_app on app_log (app_id, id desc);
    create index app_log_created on app_log (created_at);`;
}
