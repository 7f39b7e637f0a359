import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables that every service has, and how it erases a person. */
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
        user_id text not null,
        input_hash text not null,
        answer text,
        total bigint,
        -- Both set: a request is in progress, or was when its process died. Both null: it has ended.
        owner uuid,
        lease_until timestamptz,
        created_at timestamptz not null default now()
      );
      create index idempotency_created on idempotency (created_at);

      -- What is done of a request that has not ended, so that after a crash it goes on from there.
      create table idempotency_part (
        key text not null references idempotency (key) on delete cascade,
        part text not null,
        answer text not null,
        primary key (key, part)
      );

      -- Removes a person's rows from every table that has a text column user_id, account_id or developer_id, but for those in p_kept.
      -- So a table that is added later is covered when it names its owner like this. Stored answers that name the person are emptied.
      create function erase_person(p_tenant text, p_person text, p_kept text[]) returns void language plpgsql as $$
      declare
        place record;
      begin
        for place in
          select c.oid::regclass as name, a.attname as owner,
                 exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped) as of_tenant
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attname in ('user_id', 'account_id', 'developer_id')
             and a.atttypid = 'text'::regtype and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> all (p_kept)
        loop
          execute format('delete from %s where %I = $1', place.name, place.owner) || case when place.of_tenant then ' and tenant_id = $2' else '' end
            using p_person, p_tenant;
        end loop;
        update idempotency set answer = null, total = null where strpos(answer, p_person) > 0;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop function erase_person; drop table idempotency_part; drop table idempotency; drop table inbox; drop table outbox;',
    );
  }
}
