import type { MigrationInterface, QueryRunner } from 'typeorm';

const COMMANDS = ['open_wallet(text, text)', 'credit_topup(text)', 'expire_holds()'];

/**
 * The commands run with the rights of the tables' owner, as place_holds and end_holds do. The service's own role may only read the ledger
 * (`readOnly` in main.ts): it cannot change a balance, and post_transaction, which runs with the caller's rights, fails for it.
 */
export class CommandRights1763769600113 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security definer set search_path = public, pg_temp`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security invoker reset search_path`);
  }
}
