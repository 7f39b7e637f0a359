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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table document;');
  }
}
