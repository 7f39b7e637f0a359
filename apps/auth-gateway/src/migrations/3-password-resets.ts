import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PasswordResets1763769600202 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table password_reset (
        token_hash bytea primary key,
        tenant_id text not null,
        email text not null,
        token_sent boolean not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index password_reset_email on password_reset (tenant_id, email, created_at);
      create index password_reset_expires on password_reset (expires_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table password_reset');
  }
}
