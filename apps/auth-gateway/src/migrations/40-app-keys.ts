import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key can be limited to one app. */
export class AppKeys1763769600240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key add app_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key drop app_id');
  }
}
