import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns by which users recognize their sessions. */
export class Sessions1763769600201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table session add label text, add surface text not null default 'web'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table session drop label, drop surface`);
  }
}
