import { Migration } from '@skep/platform';

/** Messages of Google about mailboxes, and whose these are. */
export class Mailboxes1796000000004 extends Migration {
  readonly sql = `
    create table gmail_message (
      message_id text primary key,
      received_at timestamptz not null default now()
    );
    create index gmail_message_received on gmail_message (received_at);
    create index oauth_account_mailbox on oauth_account (lower(email)) where provider = 'google';`;
}
