import { Migration } from '@skep/platform';

/** How notifications reach people, and the list of those that they have not read. */
export class Preferences1797000000001 extends Migration {
  readonly sql = `
    create table preference (
      tenant_id text not null,
      user_id text not null,
      timezone text not null default 'UTC',
      quiet_from text,
      quiet_until text,
      channels jsonb not null default '{}',
      primary key (tenant_id, user_id)
    );
    create index notification_unread on notification (tenant_id, user_id, id desc) where read_at is null;`;
}
