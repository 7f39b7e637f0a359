-- Grants the credits that a plan includes for a period, once per key, and repays the wallet's debts. p_bought of them count as
-- bought (what the price would have bought), the rest as granted. Returns the transaction's id, null for zero credits.
create or replace function grant_included(p_tenant text, p_user text, p_key text, p_plan text, p_tokens bigint, p_bought bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_transaction text;
begin
  perform open_wallet(p_tenant, p_user);
  if p_tokens > 0 then
    v_transaction := post_transaction(
      p_tenant, 'grant', p_key, format('Included in the %s plan', (select name from plan where id = p_plan)), null,
      array[account_of(p_tenant, 'wallet', p_user), account_of(p_tenant, 'promotions')], array[p_tokens, -p_tokens],
      array[p_tokens - p_bought, p_bought - p_tokens]);
    perform repay_debts(p_tenant, p_user, p_key);
  end if;
  return v_transaction;
end $$;
