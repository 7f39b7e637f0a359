import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Tenants1763769600231 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(ROW_SECURITY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table agency;
      drop index session_tenant;
      drop policy tenant_isolation on tenant;
      alter table tenant disable row level security, no force row level security,
        drop allowed_auth_methods, drop max_connections, drop features, drop is_active, drop parent_tenant_id, drop updated_at, drop deleted_at;`);
  }
}

const TABLES = `
  alter table tenant
    add allowed_auth_methods text not null default 'email,api_key',
    add max_connections integer not null default 10,
    add features jsonb not null default '{}',
    add is_active boolean not null default true,
    add parent_tenant_id text,
    add updated_at timestamptz not null default now(),
    add deleted_at timestamptz;

  create table agency (
    tenant_id text not null,
    agency_id text not null,
    display_name text not null,
    domain text,
    settings jsonb not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, agency_id)
  );
  create unique index agency_domain on agency (tenant_id, domain);

  create index session_tenant on session (tenant_id) where revoked_at is null;`;

/** The same policy as for tables with a `tenant_id`; here the column is `id`. */
const ROW_SECURITY = `
  alter table tenant enable row level security, force row level security;
  create policy tenant_isolation on tenant using (nullif(current_setting('skep.tenant', true), '') in (id, '*'));`;
