import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Tiers1763769600620 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table developer add tier_until timestamptz, add comped_by text, add tier_sequence bigint not null default 0;
      create unique index developer_id_unique on developer (developer_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index developer_id_unique; alter table developer drop tier_until, drop comped_by, drop tier_sequence;');
  }
}
