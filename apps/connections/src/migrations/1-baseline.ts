import { Migration } from '@skep/platform';

export class Baseline1796000000000 extends Migration {
  readonly sql = `
    create table secret (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      scope text not null,
      name text not null,
      value bytea not null,
      updated_at timestamptz not null default now(),
      last_accessed_at timestamptz,
      primary key (tenant_id, user_id, app_id, scope, name)
    );`;
}
