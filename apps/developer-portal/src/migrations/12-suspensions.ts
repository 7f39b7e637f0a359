import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Suspensions1763769600640 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app add suspend_reason text, add suspended_from text;');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app drop suspend_reason, drop suspended_from;');
  }
}
