import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Prices1763769600201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app add live_prices jsonb, add live_split integer not null default 70;');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app drop live_prices, drop live_split;');
  }
}
