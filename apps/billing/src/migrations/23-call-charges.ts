import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SMALL_LISTS } from './11-place-in-lists.js';

/** Which action a captured hold has paid; and whoever pays for calls hears of it. */
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

      -- Ends holds as end_holds does, names the actions that the captured ones have paid, and tells each wallet's owner the new balance:
      -- one event a wallet and list, in the transaction of the charges, and none for what was charged before. p_ctx: a context
      -- that the owner's is made of.
      create function charge_calls(p_wanted jsonb, p_wait boolean, p_ctx jsonb)
      returns table (place bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint, available bigint)
      language plpgsql ${SMALL_LISTS} as $$
      #variable_conflict use_column
      declare
        v_ended jsonb;
      begin
        select jsonb_agg(e order by e.place) into v_ended from end_holds(p_wanted, p_wait) e;
        with ended as (
          select e.place, e.hold_id, e.charged - e.debt as paid, e.balance, q.tenant_id, q.user_id, q.action_id, q.trace_id
            from jsonb_to_recordset(v_ended) as e (place bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint)
            join rows from (jsonb_to_recordset(p_wanted) as (tenant_id text, user_id text, action_id text, trace_id text))
                 with ordinality as q (tenant_id, user_id, action_id, trace_id, nth) on q.nth = e.place
           where e.outcome = 'ended' and e.status = 'captured' and q.action_id is not null
        ), fresh as (
          insert into call_charge (hold_id, action_id, trace_id) select hold_id, action_id, trace_id from ended order by place
          on conflict do nothing returning hold_id
        ), told as (
          select tenant_id, user_id, sum(paid) as paid, max(place) as last
            from (select distinct on (hold_id) * from ended join fresh using (hold_id) order by hold_id, place) once
           group by tenant_id, user_id having sum(paid) > 0
        )
        insert into outbox (subject, ctx, payload)
        select 'event.billing.balanceChanged', p_ctx || jsonb_build_object('tenant', t.tenant_id, 'user', t.user_id),
               jsonb_build_object('tenant_id', t.tenant_id, 'user_id', t.user_id, 'balance', e.balance, 'amount', -t.paid, 'reason', 'call',
                                  'transaction_id', h.transaction_id)
          from told t join ended e on e.place = t.last join hold h on h.id = e.hold_id;
        return query
          select e.* from jsonb_to_recordset(v_ended)
            as e (place bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint, available bigint);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function charge_calls(jsonb, boolean, jsonb); drop table call_charge;');
  }
}
