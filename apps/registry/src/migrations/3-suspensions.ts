import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Suspensions1763769600202 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app add suspended boolean not null default false, add suspension_changed_at timestamptz;');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table app drop suspended, drop suspension_changed_at;');
  }
}
