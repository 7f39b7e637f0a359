import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Earnings1763769600630 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table developer add total_earnings bigint not null default 0;');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table developer drop total_earnings;');
  }
}
