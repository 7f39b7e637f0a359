import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The three tables that every service has. */
export class Platform1763769600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        id uuid primary key default gen_random_uuid(),
        seq bigint generated always as identity,
        subject text not null,
        ctx jsonb not null,
        payload jsonb not null,
        created_at timestamptz not null default now(),
        sent_at timestamptz
      );
      create index outbox_unsent on outbox (seq) where sent_at is null;
      create index outbox_sent on outbox (sent_at) where sent_at is not null;

      create table inbox (
        consumer text not null,
        event_id uuid not null,
        taken_at timestamptz not null default now(),
        primary key (consumer, event_id)
      );
      create index inbox_taken on inbox (taken_at);

      create table idempotency (
        key text primary key,
        input_hash text not null,
        answer text,
        total bigint,
        created_at timestamptz not null default now()
      );
      create index idempotency_created on idempotency (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency; drop table inbox; drop table outbox;');
  }
}
