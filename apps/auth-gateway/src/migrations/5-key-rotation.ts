import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyRotation1763769600204 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table signing_key add signs_from timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table signing_key drop signs_from');
  }
}
