import { Migration } from '@skep/platform';

export class Baseline1797000000000 extends Migration {
  readonly sql = `
    create table notification (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      source text not null,
      subject text not null,
      message text not null,
      body text not null,
      priority text not null,
      channel text not null,
      created_at timestamptz not null default now(),
      read_at timestamptz
    );
    create index notification_owner on notification (tenant_id, user_id, id desc);
    create index notification_created on notification (created_at);`;
}
