import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key may be for one app alone. */
export class AppKeys1763769600240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key add app_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key drop app_id');
  }
}
