import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMMAND_ON_LISTS } from './11-place-holds.js';

/** In few statements, as place_holds; items for one hold are looked at one after another. */
export class EndHolds1763769600112 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Ends holds of their owner, each once. The base price and the platform fee that are named are taken, the rest is released;
      -- left out they are those of the hold, and nothing at all is a release. The base price cannot be more than the hold's. What
      -- goes beyond the hold is taken from what the wallet can spare, and is a debt where it cannot. Granted credits are spent before
      -- bought ones, and on the base price before the fee: their part of the developer's share is not payable.
      -- What a captured hold has paid is named by action_id, and with p_ctx each wallet's owner is told the new balance: one event a
      -- wallet and list, in the transaction of the charges, of a context that is made of p_ctx.
      -- outcome: 'ended', now or before in just this way; 'closed', it has ended otherwise; 'too_much'; 'unknown';
      -- 'locked' as above.
      create or replace function end_holds(p_wanted jsonb, p_wait boolean, p_ctx jsonb default null)
      returns table (place bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint, available bigint)
      language plpgsql ${COMMAND_ON_LISTS} as $$
      #variable_conflict use_column
      declare
        v record;
        v_hold hold;
        v_account bigint;
        v_balance bigint;
        v_held bigint;
        v_granted bigint;
        v_base bigint;
        v_fee bigint;
        v_debt bigint;
        v_from_granted bigint;
        v_wanted text[] := array(select hold_id from jsonb_to_recordset(p_wanted) as q (hold_id text));
        v_first boolean;
        v_ids text[] := '{}';
        v_actions text[] := '{}';
        v_traces text[] := '{}';
        v_transactions text[] := '{}';
        v_bases bigint[] := '{}';
        v_fees bigint[] := '{}';
        v_debts bigint[] := '{}';
        v_grants bigint[] := '{}';
        v_balances bigint[] := '{}';
        v_granteds bigint[] := '{}';
        v_mine bigint[];
      begin
        select array_agg(account_id), bool_or(developer_id <> '' and (
                 select id from ledger_account a where a.tenant_id = h.tenant_id and a.kind = 'earnings' and a.user_id = h.developer_id) is null)
          into v_mine, v_first
          from hold h where id = any (v_wanted);
        if v_first then
          insert into ledger_account (tenant_id, kind, user_id)
          select distinct tenant_id, 'earnings', developer_id from hold where id = any (v_wanted) and developer_id <> '' order by 1, 3
          on conflict do nothing;
        end if;
        v_mine := lock_wallets(p_wait, v_mine);
        for v in
          select q.*, h as hold, w.account_id, w.balance, w.held, w.granted, coalesce(d.amount, 0) as debt
            from rows from (jsonb_to_recordset(p_wanted) as (tenant_id text, user_id text, hold_id text,
                   base_price bigint, platform_fee bigint, action_id text, trace_id text))
                 with ordinality as q (tenant_id, user_id, hold_id, base_price, platform_fee, action_id, trace_id, nth)
            left join hold h on h.id = q.hold_id
            left join wallet w on w.account_id = h.account_id
            left join debt d on d.hold_id = h.id
           order by w.account_id, min(q.nth) over (partition by h.id), q.nth
        loop
          if v_account is distinct from v.account_id then
            v_account := v.account_id;
            v_balance := v.balance;
            v_held := v.held;
            v_granted := v.granted;
          end if;
          if v_hold.id is distinct from (v.hold).id then
            v_hold := v.hold;
            v_debt := v.debt;
          end if;
          v_base := coalesce(v.base_price, v_hold.base_price);
          v_fee := coalesce(v.platform_fee, v_hold.platform_fee);
          outcome := case
            when v_hold.id is null or (v.tenant_id, v.user_id) <> (v_hold.tenant_id, v_hold.user_id) then 'unknown'
            when v_account <> all (v_mine) then 'locked'
            when v_base > v_hold.base_price then 'too_much'
            when v_hold.status = 'held' then 'ended'
            when v_hold.status = 'captured' and (v_base, v_fee) = (v_hold.captured_base, v_hold.captured_fee) then 'ended'
            when v_hold.status in ('released', 'expired') and v_base + v_fee = 0 then 'ended'
            else 'closed' end;
          if outcome = 'ended' and v_hold.status = 'held' then
            v_held := v_held - v_hold.amount;
            v_hold.status := 'released';
            v_from_granted := 0;
            if v_base + v_fee > 0 then
              v_hold.status := 'captured';
              v_hold.captured_base := v_base;
              v_hold.captured_fee := v_fee;
              v_hold.transaction_id := 'txn_' || replace(uuidv7()::text, '-', '');
              v_debt := greatest(v_base + v_fee - (v_balance - v_held), 0);
              v_from_granted := least(v_granted, v_base + v_fee - v_debt);
              v_balance := v_balance - (v_base + v_fee - v_debt);
              v_granted := v_granted - v_from_granted;
            end if;
            v_ids := v_ids || v_hold.id;
            v_actions := v_actions || v.action_id;
            v_traces := v_traces || v.trace_id;
            v_transactions := v_transactions || v_hold.transaction_id;
            v_bases := v_bases || v_base;
            v_fees := v_fees || v_fee;
            v_debts := v_debts || v_debt;
            v_grants := v_grants || v_from_granted;
            v_balances := v_balances || v_balance;
            v_granteds := v_granteds || v_granted;
          end if;
          place := v.nth;
          hold_id := v.hold_id;
          status := v_hold.status;
          charged := coalesce(v_hold.captured_base + v_hold.captured_fee, 0);
          debt := v_debt;
          balance := v_balance;
          available := v_balance - v_held;
          return next;
        end loop;
        with ended as (
          update hold h
             set status = case when e.transaction_id is null then 'released' else 'captured' end,
                 captured_base = case when e.transaction_id is not null then e.base end,
                 captured_fee = case when e.transaction_id is not null then e.fee end,
                 captured_granted = case when e.transaction_id is not null then e.granted end,
                 transaction_id = e.transaction_id, ended_at = now()
            from unnest(v_ids, v_actions, v_traces, v_transactions, v_bases, v_fees, v_debts, v_grants, v_balances, v_granteds) with ordinality
                 as e (id, action_id, trace_id, transaction_id, base, fee, debt, granted, balance, granted_after, nth)
           where h.id = e.id
          returning h.id, h.tenant_id, h.user_id, h.account_id, h.app_id, h.function, h.developer_id, h.amount, h.transaction_id,
                    e.action_id, e.trace_id, e.base, e.fee, e.base + e.fee as total, e.debt, e.granted, e.balance, e.granted_after, e.nth,
                    case when h.developer_id <> '' then e.base * h.split / 100 else 0 end as share,
                    case when h.developer_id <> '' then payable_share(e.base, e.granted, h.split) else 0 end as payable
        ), moved as (
          update wallet w
             set balance = w.balance - t.taken, granted = w.granted - t.granted, held = w.held - t.amount,
                 updated_at = case when t.taken > 0 then now() else w.updated_at end
            from (select account_id, sum(total - debt)::bigint as taken, sum(granted)::bigint as granted, sum(amount)::bigint as amount from ended group by account_id) t
           where w.account_id = t.account_id
        ), owed as (
          insert into debt (account_id, hold_id, amount) select account_id, id, debt from ended where debt > 0 order by nth
        ), booked as (
          insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash, description, app_id)
          select transaction_id, tenant_id, 'call', 'call:' || id,
                 encode(sha256(convert_to(jsonb_build_array('call', base, fee, debt, share, granted)::text, 'UTF8')), 'hex'),
                 concat_ws(' ', function || ':', concat_ws(' and ',
                   case when base > 0 then format('%s for the app', base) end,
                   case when fee > 0 then format('%s for the language model', fee) end),
                   case when debt > 0 then format('(%s of it owed)', debt) end),
                 app_id
            from ended where total > 0
        ), charged as (
          insert into call_charge (hold_id, action_id, trace_id)
          select id, action_id, trace_id from ended where total > 0 and action_id is not null order by nth
        ), told as (
          insert into outbox (subject, ctx, payload)
          select 'event.billing.balanceChanged', p_ctx || jsonb_build_object('tenant', tenant_id, 'user', user_id),
                 jsonb_build_object('tenant_id', tenant_id, 'user_id', user_id, 'balance', balance, 'amount', -paid, 'reason', 'call',
                                    'transaction_id', transaction_id)
            from (
              select distinct on (account_id) tenant_id, user_id, balance, transaction_id,
                     sum(total - debt) over (partition by account_id) as paid
                from ended where total > 0 and action_id is not null order by account_id, nth desc
            ) t
           where paid > 0 and p_ctx is not null
        )
        -- Out of the wallet and, what it lacks, out of what people owe; to the developer the share, and the rest to the platform.
        insert into ledger_entry (transaction_id, account_id, amount, granted, balance_after, granted_after)
        select e.transaction_id, a.id, leg.amount, leg.granted, leg.balance, leg.granted_after
          from ended e
         cross join lateral (values
           ('wallet', e.user_id, e.debt - e.total, -e.granted, e.balance, e.granted_after),
           ('receivable', '', -e.debt, 0, null, null),
           ('earnings', e.developer_id, e.share, e.share - e.payable, null, null),
           ('revenue', '', e.total - e.share, e.granted - e.share + e.payable, null, null))
           as leg (kind, user_id, amount, granted, balance, granted_after)
         cross join lateral (
           select id from ledger_account where tenant_id = e.tenant_id and kind = leg.kind and user_id = leg.user_id limit 1) a
         where leg.amount <> 0
         order by e.nth, a.id;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function end_holds(jsonb, boolean, jsonb)');
  }
}
