import { Migration } from '@skep/platform';

/** Settings by scope. */
export class Config1797000000210 extends Migration {
  readonly sql = `
    create table config (
      tenant_id text not null,
      scope text not null,
      scope_id text not null,
      user_id text,
      config jsonb not null default '{}',
      enforced jsonb not null default '{}',
      role_defaults jsonb not null default '{}',
      updated_by text not null default '',
      updated_at timestamptz not null default now(),
      primary key (tenant_id, scope, scope_id)
    );`;
}
