import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Automations1763769600603 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table automation (
        id bigint generated always as identity primary key,
        user_id text not null,
        tenant_id text not null,
        prompt text not null,
        status text not null default 'active',
        cooldown_seconds integer not null,
        max_per_hour integer not null,
        max_iterations bigint not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index automation_owner on automation (tenant_id, user_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table automation;');
  }
}
