import { Migration } from '@skep/platform';

/** Secrets with which webhooks are verified and calls of developers' servers signed, and how these servers answer. */
export class ServersOfDevelopers1796100000012 extends Migration {
  readonly sql = `
    create table signing_secret (
      tenant_id text not null,
      developer_id text not null,
      app_id text not null,
      webhook text not null,
      secret bytea not null,
      previous bytea,
      previous_until timestamptz,
      rotated_at timestamptz,
      shown_at timestamptz,
      primary key (tenant_id, developer_id, app_id, webhook)
    );

    create table app_health (
      app_id text primary key,
      status text not null constraint app_health_status check (status in ('ok', 'degraded', 'down')),
      checked_at timestamptz not null
    );
    create index app_health_checked on app_health (checked_at);`;
}
