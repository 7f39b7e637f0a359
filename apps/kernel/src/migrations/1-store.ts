import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One index, by owner: a person's collection is small, and a GIN index over everybody's documents would cost each write more
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

      -- Bytes of live documents: of a person in one app, and with app_id '' of the person in all.
      create table storage_usage (
        tenant_id text not null,
        user_id text not null,
        app_id text not null,
        bytes bigint not null,
        primary key (tenant_id, user_id, app_id)
      );

      -- What a person uses. Nobody else changes their documents until the transaction ends: whoever writes locks this before any document.
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

      -- Counts what documents grow by, unless the person would use more than allowed; a negative p_allowed is no limit. To shrink is always
      -- allowed. Without p_allowed nothing is counted.
      create function take_storage(p_tenant text, p_user text, p_app text, p_bytes bigint, p_allowed bigint, out fits boolean, out used bigint)
      language plpgsql as $$
      begin
        fits := true;
        if p_allowed is null then
          return;
        end if;
        used := lock_storage(p_tenant, p_user);
        fits := p_bytes <= 0 or p_allowed < 0 or used + p_bytes <= p_allowed;
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
      drop function take_storage;
      drop function lock_storage;
      drop table storage_usage;
      drop table document;
    `);
  }
}
