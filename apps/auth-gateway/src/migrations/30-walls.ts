import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session says whose tenant it is of, so that it stands behind the wall as its account does. */
export class Walls1763769600230 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table session add tenant_id text;
      update session s set tenant_id = a.tenant_id from account a where a.id = s.account_id;
      delete from session where tenant_id is null;
      alter table session alter tenant_id set not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table session drop tenant_id cascade');
  }
}
