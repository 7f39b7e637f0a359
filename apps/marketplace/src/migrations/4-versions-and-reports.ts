import { Migration } from '@skep/platform';

/** Approved versions of listings, what an app may do, and reports of apps. */
export class VersionsAndReports1796500000004 extends Migration {
  readonly sql = `
    alter table listing add column capabilities jsonb;

    create table listing_version (
      app_id text not null constraint listing_version_listing references listing on delete cascade,
      revision integer not null,
      version text not null,
      functions jsonb not null,
      permissions text[] not null,
      approved_at timestamptz not null,
      primary key (app_id, revision)
    );
    insert into listing_version (app_id, revision, version, functions, permissions, approved_at)
    select app_id, revision, version, functions, permissions, approved_at from listing;

    create table app_report (
      report_id bigint generated always as identity primary key,
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      reason text not null,
      text text not null,
      status text not null default 'open',
      note text,
      resolved_by text,
      created_at timestamptz not null default now(),
      resolved_at timestamptz
    );
    create unique index app_report_open on app_report (tenant_id, user_id, app_id) where status = 'open';
    create index app_report_status on app_report (status, report_id);`;
}
