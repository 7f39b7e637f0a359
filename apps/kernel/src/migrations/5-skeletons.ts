import { Migration } from '@skep/platform';

/** What apps know of users in short, and their caches. */
export class Skeletons1795912200650 extends Migration {
  readonly sql = `
    create table skeleton_section (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      section text not null,
      data jsonb not null,
      updated_at timestamptz not null,
      primary key (tenant_id, user_id, app_id, section)
    );
    create index skeleton_section_updated on skeleton_section (updated_at);

    create table cache_entry (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      model text not null,
      key text not null,
      envelope jsonb not null,
      expires_at timestamptz not null,
      primary key (tenant_id, user_id, app_id, model, key)
    );
    create index cache_entry_expired on cache_entry (expires_at);`;
}
