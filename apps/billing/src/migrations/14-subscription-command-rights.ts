import type { MigrationInterface, QueryRunner } from 'typeorm';

const COMMANDS = ['set_plan(text, text, text, text)', 'grant_included(text, text, text, text, bigint, bigint)'];

/** The subscription commands run with the rights of the tables' owner too (13-command-rights). */
export class SubscriptionCommandRights1763769600127 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security definer set search_path = public, pg_temp`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const command of COMMANDS) await runner.query(`alter function ${command} security invoker reset search_path`);
  }
}
