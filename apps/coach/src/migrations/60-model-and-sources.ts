import { Migration } from '@skep/platform';

export class ModelAndSources1798300000060 extends Migration {
  readonly sql = `
    create table model_spending (
      tenant_id text,
      user_id text,
      key text,
      credits integer not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id, key)
    );
    create index model_spending_user on model_spending (tenant_id, user_id, created_at);
    create index model_spending_created on model_spending (created_at);

    create table source_message (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      source text not null,
      parent text not null,
      client_message_id text not null,
      text text not null,
      created_at timestamptz not null default now()
    );
    create unique index source_message_client on source_message (tenant_id, user_id, source, parent, client_message_id);
    create index source_message_user on source_message (tenant_id, user_id, created_at);
  `;
}
