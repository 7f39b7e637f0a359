import type { MigrationInterface, QueryRunner } from 'typeorm';

const COMMANDS = ['open_wallet(text, text)', 'credit_topup(text)', 'expire_holds()'];

/**
 * The commands run, as place_holds and end_holds do, with the rights of the tables' owner. The service's own role may only read what they write (`readOnly` in
 * main.ts), and so neither change a balance nor call post_transaction, which has no rights of its own.
 */
export class OneDoor1763769600113 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security definer set search_path = public, pg_temp`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security invoker reset search_path`);
  }
}
