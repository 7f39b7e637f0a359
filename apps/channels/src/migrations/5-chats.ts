import { Migration } from '@skep/platform';

/** Chats with agents on other networks: bridges, sessions, messages, and codes of strangers. */
export class Chats1797000000004 extends Migration {
  readonly sql = `
    create table bridge (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      channel text not null,
      -- Names it in the address to which its network delivers: unguessable.
      slug text not null constraint bridge_slug unique,
      credentials bytea not null,
      bot_id text not null,
      bot_name text not null,
      dm_policy text not null constraint bridge_dm_policy check (dm_policy in ('open', 'pairing', 'allowlist')),
      allow text[] not null default '{}',
      mention_required boolean not null default true,
      agent_id text,
      enabled boolean not null default true,
      running boolean not null default false,
      last_start timestamptz,
      last_stop timestamptz,
      last_error text,
      last_inbound timestamptz,
      last_outbound timestamptz,
      message_count_in integer not null default 0,
      message_count_out integer not null default 0,
      -- Whether a process listens for it: other networks deliver by requests.
      listens boolean not null,
      -- Where its listener stopped.
      position text,
      -- The process that listens, until when it holds it, since when, and when to try again after a failure.
      listener text,
      listen_until timestamptz,
      listen_since timestamptz,
      listen_after timestamptz,
      failures integer not null default 0,
      created_at timestamptz not null default clock_timestamp(),
      constraint bridge_owner unique (tenant_id, user_id, channel)
    );
    create index bridge_listened on bridge (listen_until) where running and listens;

    create table chat_session (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      bridge_id text not null constraint chat_session_bridge references bridge on delete cascade,
      channel text not null,
      -- Where answers go.
      chat_id text not null,
      chat_type text not null constraint chat_session_chat_type check (chat_type in ('direct', 'group')),
      contact_id text not null,
      contact_name text,
      conversation_id text,
      active boolean not null default true,
      message_count integer not null default 0,
      last_message text,
      last_activity timestamptz not null default clock_timestamp(),
      constraint chat_session_chat unique (bridge_id, chat_id)
    );
    create index chat_session_latest on chat_session (tenant_id, user_id, last_activity, id);
    create index chat_session_activity on chat_session (last_activity);

    create table chat_message (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      bridge_id text not null,
      session_id text not null constraint chat_message_session references chat_session on delete cascade,
      channel text not null,
      direction text not null constraint chat_message_direction check (direction in ('inbound', 'outbound')),
      sender_id text not null,
      sender_name text,
      content text not null,
      -- The network's ids of it and of the message that it answers.
      vendor_id text,
      reply_to_id text,
      unread boolean not null default false,
      status text not null constraint chat_message_status
        check (status in ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')),
      error text,
      answer_with bytea,
      created_at timestamptz not null default clock_timestamp()
    );
    create index chat_message_newest on chat_message (tenant_id, user_id, created_at, id);
    create index chat_message_unread on chat_message (tenant_id, user_id) where unread;
    create index chat_message_of_session on chat_message (session_id, created_at, id);
    create index chat_message_created on chat_message (created_at);
    create index chat_message_sent on chat_message (bridge_id, vendor_id) where direction = 'outbound';
    -- A message that comes again is not taken again.
    create unique index chat_message_vendor on chat_message (session_id, direction, vendor_id) where vendor_id is not null;

    create table pairing_code (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      bridge_id text not null constraint pairing_code_bridge references bridge on delete cascade,
      channel text not null,
      code text not null,
      contact_id text not null,
      contact_name text,
      created_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null,
      constraint pairing_code_contact unique (bridge_id, contact_id),
      constraint pairing_code_code unique (tenant_id, user_id, code)
    );
    create index pairing_code_expiry on pairing_code (expires_at);`;
}
