import { Migration } from '@skep/platform';

/** Subscriptions of browsers, and the key of the installation for them. */
export class Pushes1797000000003 extends Migration {
  readonly sql = `
    create table push_subscription (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      subscription bytea not null,
      created_at timestamptz not null default now()
    );
    create index push_subscription_owner on push_subscription (tenant_id, user_id, created_at);

    create table vapid_key (
      id text primary key,
      public_key text not null,
      private_key bytea not null
    );`;
}
