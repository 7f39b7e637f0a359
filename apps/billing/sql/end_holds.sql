-- Ends holds of their owner, each once: captures the given base price and platform fee and releases the rest. An omitted amount is
-- the hold's own; two zeros are a release. The base price must not exceed the hold's. An amount beyond the hold comes from the
-- wallet's available credits; what these do not cover becomes a debt. Granted credits are spent before bought ones, and on the base
-- price before the fee; the developer's share of granted credits is not payable.
-- It takes a list, as place_holds does. Items for the same hold are decided one after another. Planner settings: see place_holds.
-- action_id names the action that the capture pays for. With p_ctx, one balanceChanged event per wallet and list is written in the
-- transaction of the charges; its context is p_ctx with the owner's tenant and user.
-- outcome: 'ended', now or before with the same amounts; 'already_ended', with other amounts; 'base_price_too_high'; 'not_found';
-- 'locked' as in place_holds.
create or replace function end_holds(p_requests jsonb, p_wait boolean, p_ctx jsonb default null)
returns table (ordinal bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint, available bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off
set plan_cache_mode = force_generic_plan as $$
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
  v_hold_ids text[] := array(select hold_id from jsonb_to_recordset(p_requests) as q (hold_id text));
  v_needs_account boolean;
  v_ids text[] := '{}';
  v_actions text[] := '{}';
  v_traces text[] := '{}';
  v_transactions text[] := '{}';
  v_bases bigint[] := '{}';
  v_fees bigint[] := '{}';
  v_debts bigint[] := '{}';
  v_granted_parts bigint[] := '{}';
  v_balances bigint[] := '{}';
  v_granted_balances bigint[] := '{}';
  v_acquired bigint[];
  v_month date := usage_month();
begin
  select array_agg(account_id), bool_or(developer_id <> '' and (
           select id from ledger_account a where a.tenant_id = h.tenant_id and a.kind = 'earnings' and a.user_id = h.developer_id) is null)
    into v_acquired, v_needs_account
    from hold h where id = any (v_hold_ids);
  if v_needs_account then
    insert into ledger_account (tenant_id, kind, user_id)
    select distinct tenant_id, 'earnings', developer_id from hold where id = any (v_hold_ids) and developer_id <> '' order by 1, 3
    on conflict do nothing;
  end if;
  v_acquired := lock_wallets(p_wait, v_acquired);
  for v in
    select q.*, h as hold, w.account_id, w.balance, w.held, w.granted, coalesce(d.amount, 0) as debt
      from rows from (jsonb_to_recordset(p_requests) as (tenant_id text, user_id text, hold_id text,
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
      when v_hold.id is null or (v.tenant_id, v.user_id) <> (v_hold.tenant_id, v_hold.user_id) then 'not_found'
      when v_account <> all (v_acquired) then 'locked'
      when v_base > v_hold.base_price then 'base_price_too_high'
      when v_hold.status = 'held' then 'ended'
      when v_hold.status = 'captured' and (v_base, v_fee) = (v_hold.captured_base, v_hold.captured_fee) then 'ended'
      when v_hold.status in ('released', 'expired') and v_base + v_fee = 0 then 'ended'
      else 'already_ended' end;
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
      v_granted_parts := v_granted_parts || v_from_granted;
      v_balances := v_balances || v_balance;
      v_granted_balances := v_granted_balances || v_granted;
    end if;
    ordinal := v.nth;
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
      from unnest(v_ids, v_actions, v_traces, v_transactions, v_bases, v_fees, v_debts, v_granted_parts, v_balances, v_granted_balances)
           with ordinality as e (id, action_id, trace_id, transaction_id, base, fee, debt, granted, balance, granted_after, nth)
     where h.id = e.id
    returning h.id, h.tenant_id, h.user_id, h.account_id, h.app_id, h.function, h.developer_id, h.amount, h.transaction_id,
              e.action_id, e.trace_id, e.base, e.fee, e.base + e.fee as total, e.debt, e.granted, e.balance, e.granted_after, e.nth,
              case when h.developer_id <> '' then developer_share(e.base, h.split) else 0 end as share,
              case when h.developer_id <> '' then payable_share(e.base, e.granted, h.split) else 0 end as payable
  ), updated_wallet as (
    update wallet w
       set balance = w.balance - t.taken, granted = w.granted - t.granted, held = w.held - t.amount,
           spent = case when w.spent_month = v_month then w.spent + t.total when t.total > 0 then t.total else w.spent end,
           spent_month = case when t.total > 0 then v_month else w.spent_month end,
           updated_at = case when t.taken > 0 then now() else w.updated_at end
      from (select account_id, sum(total)::bigint as total, sum(total - debt)::bigint as taken, sum(granted)::bigint as granted, sum(amount)::bigint as amount
              from ended group by account_id) t
     where w.account_id = t.account_id
  ), new_debt as (
    insert into debt (account_id, hold_id, amount) select account_id, id, debt from ended where debt > 0 order by nth
  ), new_transaction as (
    insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash, description, app_id)
    select transaction_id, tenant_id, 'call', 'call:' || id,
           encode(sha256(convert_to(jsonb_build_array('call', base, fee, debt, share, granted)::text, 'UTF8')), 'hex'),
           concat_ws(' ', function || ':', concat_ws(' and ',
             case when base > 0 then format('%s for the app', base) end,
             case when fee > 0 then format('%s for the language model', fee) end),
             case when debt > 0 then format('(%s owed)', debt) end),
           app_id
      from ended where total > 0
  ), new_charge as (
    insert into call_charge (hold_id, action_id, trace_id)
    select id, action_id, trace_id from ended where total > 0 and action_id is not null order by nth
  ), event as (
    insert into outbox (subject, ctx, payload)
    select '{{balanceChanged}}', p_ctx || jsonb_build_object('tenant', tenant_id, 'user', user_id),
           jsonb_build_object('tenant_id', tenant_id, 'user_id', user_id, 'balance', balance, 'amount', -paid, 'reason', 'call',
                              'transaction_id', transaction_id)
      from (
        select distinct on (account_id) tenant_id, user_id, balance, transaction_id,
               sum(total - debt) over (partition by account_id) as paid
          from ended where total > 0 and action_id is not null order by account_id, nth desc
      ) t
     where paid > 0 and p_ctx is not null
  )
  -- From the wallet, and what it lacks from receivable; the share goes to the developer and the rest to the platform.
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
