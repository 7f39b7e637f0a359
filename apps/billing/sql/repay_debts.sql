-- Pays a wallet's debts, the oldest first, with bought credits that no hold reserves. Granted credits never pay a debt: a reversal
-- would later return them as bought credits. Debts for calls are paid into 'receivable', those for returned payments into 'chargebacks'.
-- p_key: what the credits came from, such as a payment; it makes the key of the transaction unique.
create or replace function repay_debts(p_tenant text, p_user text, p_key text) returns void
language plpgsql as $$
declare
  v_account bigint;
  v_left bigint;
  v_calls bigint := 0;
  v_reversals bigint := 0;
  v_debt debt;
  v_pay bigint;
begin
  select account_id, balance - greatest(held, granted) into v_account, v_left from wallet where tenant_id = p_tenant and user_id = p_user for update;
  for v_debt in select * from debt where account_id = v_account and paid < amount order by id loop
    v_pay := least(v_debt.amount - v_debt.paid, v_left - v_calls - v_reversals);
    exit when v_pay = 0;
    update debt set paid = paid + v_pay where id = v_debt.id;
    if v_debt.hold_id is null then
      v_reversals := v_reversals + v_pay;
    else
      v_calls := v_calls + v_pay;
    end if;
  end loop;
  perform post_transaction(p_tenant, 'repayment', 'repay:' || p_key,
    case when v_reversals = 0 then format('Repayment of %s credits owed for earlier calls', v_calls)
         else format('Repayment of %s credits owed', v_calls + v_reversals) end,
    null, array_agg(account order by account), array_agg(amount order by account))
    from (values (v_account, -v_calls - v_reversals),
                 (account_of(p_tenant, 'receivable'), v_calls),
                 (account_of(p_tenant, 'chargebacks'), v_reversals)) as leg (account, amount)
   where amount <> 0 having count(*) > 0;
end $$;
