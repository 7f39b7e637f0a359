import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Records which action a captured hold paid for. */
export class CallCharges1763769600151 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table call_charge (
        hold_id text primary key constraint call_charge_hold references hold,
        action_id text not null,
        trace_id text not null,
        created_at timestamptz not null default now()
      );
      create index call_charge_action on call_charge (action_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call_charge;');
  }
}
