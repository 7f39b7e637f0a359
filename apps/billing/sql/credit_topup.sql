-- Credits a payment to its owner, once, and repays the owner's debts. Returns the credits and the owner's balance; is_new is true for the
-- call that credited them. Returns no row for an unknown payment. The caller must have checked that the payment succeeded.
create or replace function credit_topup(p_payment text)
returns table (tenant_id text, user_id text, tokens bigint, balance bigint, transaction_id text, is_new boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  v payment;
  v_is_new boolean;
begin
  select * into v from payment where id = p_payment for update;
  if not found then
    return;
  end if;
  v_is_new := v.status = 'created';
  if v_is_new then
    perform open_wallet(v.tenant_id, v.user_id);
    v.transaction_id := post_transaction(
      v.tenant_id, 'topup', 'topup:' || v.id, format('%s credits bought', v.tokens), null,
      array[account_of(v.tenant_id, 'wallet', v.user_id), account_of(v.tenant_id, 'clearing')], array[v.tokens, -v.tokens]);
    update payment set status = 'credited', transaction_id = v.transaction_id, credited_at = now() where id = v.id;
    perform repay_debts(v.tenant_id, v.user_id, v.id);
  end if;
  return query
    select v.tenant_id, v.user_id, v.tokens, w.balance, v.transaction_id, v_is_new
      from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id;
end $$;
