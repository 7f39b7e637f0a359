import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Usage that a service tracks with an event id counts once. */
export class UsageLimits1763769600150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table usage_event (
        tenant_id text not null,
        user_id text not null,
        event_id text not null,
        meter text not null,
        quantity bigint not null,
        created_at timestamptz not null default now(),
        primary key (tenant_id, user_id, event_id)
      );
      create index usage_event_age on usage_event (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table usage_event;');
  }
}
