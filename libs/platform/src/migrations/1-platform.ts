import { Migration } from '../migration.js';

/** The tables that every service has. */
export class Platform1763769600001 extends Migration {
  readonly sql = `
    create table outbox (
      -- Ids grow with time: old rows are found by id, and new ones go to the last page of the index.
      id uuid primary key default uuidv7(),
      seq bigint generated always as identity,
      subject text not null,
      ctx jsonb not null,
      payload jsonb not null,
      created_at timestamptz not null default now(),
      sent_at timestamptz
    );
    create index outbox_unsent on outbox (seq) where sent_at is null;

    create table inbox (
      consumer text not null,
      event_id uuid not null,
      consumed_at timestamptz not null default now(),
      primary key (consumer, event_id)
    );
    create index inbox_consumed on inbox (consumed_at);

    create table idempotency (
      key text primary key,
      user_id text not null,
      input_hash text not null,
      answer text,
      total bigint,
      -- Both set: a request is in progress, or its process died during it. Both null: the request is finished.
      owner uuid,
      lease_until timestamptz,
      created_at timestamptz not null default now()
    );
    create index idempotency_created on idempotency (created_at);

    -- Finished parts of a request in progress: after a crash, a repeated request continues from there.
    create table idempotency_part (
      key text not null references idempotency (key) on delete cascade,
      part text not null,
      answer text not null,
      primary key (key, part)
    );`;
}
