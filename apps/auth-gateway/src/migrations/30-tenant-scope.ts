import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the tenant to sessions, so that row-level security applies to them. */
export class TenantScope1763769600230 implements MigrationInterface {
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
