import { Migration } from '@skep/platform';

/** The catalogue of tools, and which sections of apps are kept up to date for users. */
export class Catalog1797000000211 extends Migration {
  readonly sql = `
    alter table app add column delisted_at timestamptz;

    create table catalog_tool (
      app_id text not null constraint catalog_tool_app references app (app_id),
      name text not null,
      app_name text not null,
      description text not null,
      action_type text,
      params_schema jsonb not null,
      permissions text[] not null,
      listed boolean not null,
      document tsvector not null,
      embedding bytea,
      embedding_model text,
      primary key (app_id, name));
    create index catalog_tool_listed on catalog_tool (app_id, name) where listed;
    create index catalog_tool_words on catalog_tool using gin (document) where listed;
    create index catalog_tool_unembedded on catalog_tool (app_id, name) where embedding is null;

    insert into catalog_tool (app_id, name, app_name, description, action_type, params_schema, permissions, listed, document)
    select distinct on (a.app_id, f ->> 'name') a.app_id, f ->> 'name', r.name, f ->> 'description', f ->> 'action_type',
           coalesce(f -> 'params_schema', '{}'), r.permissions, not a.suspended,
           to_tsvector('english', r.name || ' ' || replace(f ->> 'name', '_', ' ') || ' ' || left(f ->> 'description', 10000))
      from app a join release r on r.app_id = a.app_id and r.revision = a.live_revision cross join jsonb_array_elements(r.functions) f
     where a.approved_at is not null;

    create table user_automation (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      section_name text not null,
      enabled boolean not null,
      ttl integer not null,
      alert_config jsonb not null,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, user_id, app_id, section_name));`;
}
