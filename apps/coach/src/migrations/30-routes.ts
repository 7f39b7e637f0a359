import { Migration } from '@skep/platform';

export class Routes1798300000030 extends Migration {
  readonly sql = `
    create table route (
      route_id text primary key,
      edit_hash bytea not null,
      content jsonb,
      created_at timestamptz not null default now(),
      changed_at timestamptz not null default now(),
      gone_at timestamptz
    );
    create index route_changed on route (changed_at) where content is not null;
    create index route_gone on route (gone_at) where gone_at is not null;
  `;
}
