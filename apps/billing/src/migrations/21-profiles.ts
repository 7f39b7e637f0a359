import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invoice profiles. */
export class Profiles1763769600121 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table billing_profile (
        tenant_id text not null,
        user_id text not null,
        name text not null,
        company text not null,
        vat text not null,
        country text not null,
        updated_at timestamptz not null default now(),
        primary key (tenant_id, user_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table billing_profile;');
  }
}
