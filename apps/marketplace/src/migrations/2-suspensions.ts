import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Suspensions1763769600301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table delisting alter delisted_at drop not null,
        add suspended boolean not null default false, add suspension_changed_at timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from delisting where delisted_at is null;
      alter table delisting alter delisted_at set not null, drop suspended, drop suspension_changed_at;
    `);
  }
}
