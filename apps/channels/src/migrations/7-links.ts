import { Migration } from '@skep/platform';

/** Chats of people with the number of the installation: links, their codes, and what came from strangers and from Heylo. */
export class Links1798300000007 extends Migration {
  readonly sql = `
    create table link (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      channel text not null,
      external_id text not null,
      external_name text,
      confirmed_at timestamptz not null default clock_timestamp(),
      last_seen_at timestamptz not null default clock_timestamp(),
      constraint link_external unique (channel, external_id)
    );
    create index link_owner on link (tenant_id, user_id);
    create index link_seen on link (last_seen_at);

    create table link_code (
      id text primary key,
      -- Empty for a code that was given in a chat.
      tenant_id text not null,
      user_id text not null,
      channel text not null,
      -- Who got it in a chat; null for a code that an app shows.
      external_id text,
      external_name text,
      code_hash bytea not null constraint link_code_hash unique,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default clock_timestamp()
    );
    create index link_code_owner on link_code (tenant_id, user_id, expires_at);
    create index link_code_external on link_code (channel, external_id, expires_at);
    create index link_code_expiry on link_code (expires_at);

    create table link_try (
      subject bytea primary key,
      count integer not null,
      since timestamptz not null
    );
    create index link_try_since on link_try (since);

    create table received_message (
      channel text not null,
      -- The network's id: what comes again is not taken again.
      id text not null,
      external_id text not null,
      -- The code that a stranger gets, and what became of that answer.
      code_id text,
      status text not null constraint received_message_status
        check (status in ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')),
      answer_id text,
      error text,
      created_at timestamptz not null default clock_timestamp(),
      primary key (channel, id)
    );
    create index received_message_external on received_message (channel, external_id, created_at);
    create index received_message_created on received_message (created_at);

    create table heylo_event (
      id text primary key,
      type text not null,
      content bytea not null,
      received_at timestamptz not null default clock_timestamp()
    );
    create index heylo_event_received on heylo_event (received_at);`;
}
