import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables that every service has, and the function that erases a user. */
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
      );

      -- Deletes a user's rows from every table with a text column user_id, account_id or developer_id, except the tables in p_kept.
      -- A table that is added later is covered if it has such a column. Clears stored answers that contain the user's id.
      create function erase_person(p_tenant text, p_user text, p_kept text[]) returns void language plpgsql as $$
      declare
        owned record;
      begin
        for owned in
          select c.oid::regclass as table_name, a.attname as owner_column,
                 exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped) as has_tenant
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attname in ('user_id', 'account_id', 'developer_id')
             and a.atttypid = 'text'::regtype and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> all (p_kept)
        loop
          execute format('delete from %s where %I = $1', owned.table_name, owned.owner_column) || case when owned.has_tenant then ' and tenant_id = $2' else '' end
            using p_user, p_tenant;
        end loop;
        update idempotency set answer = null, total = null where strpos(answer, p_user) > 0;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop function erase_person; drop table idempotency_part; drop table idempotency; drop table inbox; drop table outbox;',
    );
  }
}
