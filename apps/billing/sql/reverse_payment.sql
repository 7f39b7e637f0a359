-- Takes back the reversible credits of a credited payment, or reinstates them after a won dispute, in bought credits only. Credits that
-- are already spent become a debt, booked on the tenant's account 'chargebacks'. Returns what moved; no row if nothing had to move. It
-- never starts an automatic top-up.
-- Locks: the payment; new accounts; the wallet; then its debts and the keys of transactions that only this wallet has.
create or replace function reverse_payment(p_payment text)
returns table (tenant_id text, user_id text, amount bigint, balance bigint, transaction_id text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  v payment;
  v_wallet wallet;
  v_back bigint;
  v_taken bigint;
  v_disputed boolean;
begin
  select * into v from payment where id = p_payment for update;
  v_back := reversible(v) - v.reversed;
  if not found or v.status <> 'credited' or v_back = 0 then
    return;
  end if;
  insert into ledger_account (tenant_id, kind) select v.tenant_id, 'chargebacks'
   where account_of(v.tenant_id, 'chargebacks') is null on conflict do nothing;
  select * into strict v_wallet from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id for update;
  v_disputed := exists (select from payment_dispute d where d.payment_id = v.id and d.status <> 'won');
  v_taken := least(v_back, v_wallet.balance - greatest(v_wallet.held, v_wallet.granted));
  update wallet set recharge_below = null where account_id = v_wallet.account_id and recharge_below is not null;
  select post_transaction(v.tenant_id, case when v_back > 0 then 'reversal' else 'reinstatement' end,
           format('reversal:%s:%s', v.id, v.reversals),
           concat_ws(' ',
             case when v_back < 0 then format('%s credits returned: the dispute of the payment was won', -v_back)
                  when v_disputed then format('%s credits taken back: the payment is disputed', v_back)
                  else format('%s credits taken back: the payment was refunded', v_back) end,
             case when v_taken < v_back then format('(%s owed)', v_back - v_taken) end),
           null, array_agg(account order by account), array_agg(leg.amount order by account))
    into transaction_id
    from (values (v_wallet.account_id, -v_taken),
                 (account_of(v.tenant_id, 'chargebacks'), v_taken - v_back),
                 (account_of(v.tenant_id, 'clearing'), v_back)) as leg (account, amount)
   where leg.amount <> 0;
  insert into debt (account_id, payment_id, amount) select v_wallet.account_id, v.id, v_back - v_taken where v_taken < v_back;
  update payment set reversed = v.reversed + v_back, reversals = v.reversals + 1 where id = v.id;
  if v_back < 0 then
    perform repay_debts(v.tenant_id, v.user_id, format('%s:%s', v.id, v.reversals));
  end if;
  update wallet set recharge_below = v_wallet.recharge_below where account_id = v_wallet.account_id and v_wallet.recharge_below is not null;
  return query select v.tenant_id, v.user_id, -v_taken, w.balance, transaction_id from wallet w where w.account_id = v_wallet.account_id;
end $$;
