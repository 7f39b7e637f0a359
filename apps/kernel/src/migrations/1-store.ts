import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Documents have one index, by owner: a user's collection is small, and a GIN index over all documents would cost each write more
 * than it saves a rare filter.
 */
export class Store1763769600600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table document (
        id text primary key,
        tenant_id text not null,
        user_id text not null,
        app_id text not null,
        collection text not null,
        data jsonb not null,
        bytes integer not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz
      );
      create index document_owner on document (tenant_id, user_id, app_id, collection, id) where deleted_at is null;

      -- Bytes of documents that are not deleted: per user and app, and with app_id '' per user.
      create table storage_usage (
        tenant_id text not null,
        user_id text not null,
        app_id text not null,
        bytes bigint not null,
        primary key (tenant_id, user_id, app_id)
      );

      -- Returns the bytes that a user uses, and locks them until the transaction ends. Every write takes this lock before it locks a document.
      create function lock_storage(p_tenant text, p_user text) returns bigint language plpgsql as $$
      declare
        v_used bigint;
      begin
        select bytes into v_used from storage_usage where tenant_id = p_tenant and user_id = p_user and app_id = '' for update;
        if not found then
          insert into storage_usage (tenant_id, user_id, app_id, bytes) values (p_tenant, p_user, '', 0) on conflict do nothing;
          select bytes into v_used from storage_usage where tenant_id = p_tenant and user_id = p_user and app_id = '' for update;
        end if;
        return v_used;
      end $$;

      -- Adds p_bytes to the usage, unless the user would then use more than p_quota. A negative p_quota means no limit; shrinking is always
      -- allowed. If p_quota is null, nothing is counted.
      create function reserve_storage(p_tenant text, p_user text, p_app text, p_bytes bigint, p_quota bigint, out fits boolean, out used bigint)
      language plpgsql as $$
      begin
        fits := true;
        if p_quota is null then
          return;
        end if;
        used := lock_storage(p_tenant, p_user);
        fits := p_bytes <= 0 or p_quota < 0 or used + p_bytes <= p_quota;
        if fits and p_bytes <> 0 then
          insert into storage_usage as s (tenant_id, user_id, app_id, bytes)
          select p_tenant, p_user, app, p_bytes from unnest(array['', p_app]) as app
          on conflict (tenant_id, user_id, app_id) do update set bytes = s.bytes + excluded.bytes;
        end if;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function reserve_storage;
      drop function lock_storage;
      drop table storage_usage;
      drop table document;
    `);
  }
}
