import { Migration } from '@skep/platform';

export class Baseline1763769600200 extends Migration {
  readonly sql = `
    create table app (
      app_id text primary key,
      tenant_id text not null,
      developer_id text not null,
      system boolean not null default false,
      latest_revision integer not null default 0,
      live_revision integer,
      approved_at timestamptz,
      install_count bigint not null default 0,
      install_sequence bigint not null default 0,
      live_prices jsonb,
      live_split integer not null default 70,
      suspended boolean not null default false,
      suspension_changed_at timestamptz,
      created_at timestamptz not null default now(),
      constraint app_install_count check (install_count >= 0)
    );
    create index app_developer on app (tenant_id, developer_id);
    create index app_system on app (app_id) where system;

    create table release (
      app_id text not null,
      revision integer not null,
      version text not null,
      name text not null,
      description text not null,
      icon text not null,
      ir jsonb,
      manifest jsonb not null,
      functions jsonb not null,
      panels jsonb not null,
      permissions text[] not null default '{}',
      published_at timestamptz not null default now(),
      primary key (app_id, revision),
      constraint release_app foreign key (app_id) references app (app_id)
    );
    create table approval (
      app_id text not null,
      revision integer not null,
      approved_at timestamptz not null,
      primary key (app_id, revision),
      constraint approval_app foreign key (app_id) references app (app_id)
    );

    create table install (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      revision integer,
      permissions text[] not null default '{}',
      installed_at timestamptz not null default now(),
      primary key (tenant_id, user_id, app_id),
      constraint install_app foreign key (app_id) references app (app_id)
    );
    create index install_tenant_app on install (tenant_id, app_id);

    create table disabled_extension (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      disabled_at timestamptz not null default now(),
      primary key (tenant_id, user_id, app_id),
      constraint disabled_extension_app foreign key (app_id) references app (app_id)
    );
    create index disabled_extension_tenant_app on disabled_extension (tenant_id, app_id);`;
}
