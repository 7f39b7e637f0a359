import { Migration } from '@skep/platform';

/** Files that apps store. */
export class Files1795912200660 extends Migration {
  readonly sql = `
    create table app_file (
      tenant_id text not null,
      app_id text not null,
      user_id text not null,
      path text collate "C" not null,
      object_id text not null,
      size bigint not null,
      sha256 text not null,
      media_type text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, app_id, user_id, path)
    );`;
}
