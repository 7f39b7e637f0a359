import { Migration } from '@skep/platform';

/** JSON that developers wrote is stored as `json`, not `jsonb`, so that its keys keep their order. */
export class Baseline1763769600610 extends Migration {
  readonly sql = `
    create table developer (
      tenant_id text not null,
      developer_id text not null,
      email text not null,
      nickname text not null,
      display_name text not null,
      tier text not null default 'explorer',
      tier_until timestamptz,
      tier_sequence bigint not null default 0,
      comped_by text,
      total_earnings bigint not null default 0,
      website text,
      description text,
      registered_at timestamptz not null default now(),
      primary key (tenant_id, developer_id)
    );
    create unique index developer_id_unique on developer (developer_id);
    create unique index developer_nickname on developer (nickname);

    create table app (
      app_id text primary key,
      tenant_id text not null,
      developer_id text not null,
      name text not null,
      short_description text not null default '',
      description text not null default '',
      category text not null default 'general',
      icon text not null default '',
      icon_svg text,
      git_url text not null default '',
      system boolean not null default false,
      status text not null default 'draft',
      reject_reason text,
      reject_codes text[] not null default '{}',
      suspend_reason text,
      suspended_from text,
      pricing_model text not null default 'free',
      pricing_config json,
      revenue_split_dev integer not null,
      manifest_json json not null default '{}',
      tools_json json not null default '[]',
      ir json,
      functions json not null default '[]',
      permission_ids text[] not null default '{}',
      version text,
      revision integer not null default 0,
      runnable boolean not null default false,
      approved_revision integer,
      submitted_at timestamptz,
      approved_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index app_developer on app (tenant_id, developer_id, created_at);

    create table deploy (
      deploy_id text primary key,
      app_id text not null,
      tenant_id text not null,
      developer_id text not null,
      version text,
      status text not null,
      commit_sha text,
      changelog text,
      error_message text not null default '',
      revision integer,
      source json,
      created_at timestamptz not null default clock_timestamp(),
      deployed_at timestamptz
    );
    create index deploy_app on deploy (app_id, created_at);
    create index deploy_unfinished on deploy (app_id, created_at) where status = 'pending';

    create table submission (
      submission_id text primary key,
      app_id text not null,
      tenant_id text not null,
      revision integer not null,
      version text not null,
      listing json not null,
      checks json not null,
      submitted_by text not null,
      submitted_at timestamptz not null default clock_timestamp(),
      decision text,
      reason text,
      codes text[] not null default '{}',
      decided_by text,
      decided_at timestamptz
    );
    create unique index submission_open on submission (app_id) where decided_at is null;
    create index submission_queue on submission (submitted_at) where decided_at is null;`;
}
