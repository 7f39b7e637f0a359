import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Erasure1763769600143 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Takes out of the books of a person all but amounts, ids and times, and ends what would go on by itself: the plan, and automatic
      -- top-ups. \`reference\` of a payout names the transfer outside and stays.
      create function forget_person(p_tenant text, p_user text) returns void language sql security definer set search_path = public, pg_temp as $$
        update payout set method = '', notes = null, admin_note = null where tenant_id = p_tenant and developer_id = p_user;
        update payment set receipt_url = null where tenant_id = p_tenant and user_id = p_user;
        update recharge set status = 'dropped', reason = 'erased', ended_at = now()
         where tenant_id = p_tenant and user_id = p_user and status = 'due';
        update recharge set payment_method_id = '' where tenant_id = p_tenant and user_id = p_user;
        update subscription
           set plan = 'free', status = 'active', billing_mode = 'free', anchor = null, period_start = null, period_end = null,
               cancel_at_period_end = false, next_plan = null, lapsed_plan = null, contract_amount_cents = null, billing_note = null, due_at = null
         where tenant_id = p_tenant and user_id = p_user;
        select set_plan(p_tenant, p_user, 'free', 'active');
        select arm_recharge(p_tenant, p_user);
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function forget_person(text, text)');
  }
}
