import { Migration } from '@skep/platform';

/** Devices that get pushes by Firebase, and the topics that people want. */
export class Devices1798300000006 extends Migration {
  readonly sql = `
    create table device_token (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      token bytea not null,
      platform text not null,
      device_id text,
      app_version text,
      locale text,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now()
    );
    create index device_token_owner on device_token (tenant_id, user_id, last_seen_at);
    create index device_token_seen on device_token (last_seen_at);

    alter table preference add column topics jsonb not null default '{}';
    alter table notification add column opened_at timestamptz;`;
}
