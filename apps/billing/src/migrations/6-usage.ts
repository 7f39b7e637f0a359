import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Usage counters per user, meter and month. */
export class Usage1763769600105 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table usage_counter (
        tenant_id text not null,
        user_id text not null,
        month date not null,
        meter text not null,
        used bigint not null,
        primary key (tenant_id, user_id, month, meter)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table usage_counter;');
  }
}
