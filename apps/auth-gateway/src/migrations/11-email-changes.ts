import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EmailChanges1763769600272 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table email_change (
        token_hash bytea primary key,
        account_id text not null,
        tenant_id text not null,
        new_email text not null,
        token_sent boolean not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index email_change_account on email_change (account_id);
      create index email_change_email on email_change (tenant_id, new_email, created_at);
      create index email_change_expires on email_change (expires_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table email_change');
  }
}
