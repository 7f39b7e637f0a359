-- Moves credits once per key and returns the transaction's id. p_amounts[i] goes into p_accounts[i], or out of it where negative; of
-- each amount, p_granted[i] are granted credits and the rest bought ones. The same key with the same accounts and amounts returns
-- the existing transaction; with others it raises SK409.
-- A wallet that would fall below zero violates wallet_balance_not_negative or wallet_granted_within_balance (23514); then nothing moves.
--
-- Commands, such as credit_topup, compute accounts and amounts and call it; end_holds writes a list of transactions itself. A command runs
-- with the rights of the tables' owner (security definer). The service's own role may only read the ledger (`readOnly` in the modules): it
-- cannot change a balance, and post_transaction, which runs with the caller's rights, fails for it.
-- All commands take their locks in the same order (README.md), so that they cannot deadlock. Here: the key, then wallets by ascending
-- account_id.
create or replace function post_transaction(
  p_tenant text, p_kind text, p_key text, p_description text, p_app text, p_accounts bigint[], p_amounts bigint[],
  p_granted bigint[] default null
) returns text
language plpgsql as $$
declare
  v_hash text := encode(sha256(convert_to(jsonb_build_array(p_kind, p_accounts, p_amounts, p_granted)::text, 'UTF8')), 'hex');
  v_known text;
  v_id text;
begin
  insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash, description, app_id)
  values ('txn_' || replace(uuidv7()::text, '-', ''), p_tenant, p_kind, p_key, v_hash, p_description, p_app)
  on conflict (tenant_id, idempotency_key) do nothing
  returning id into v_id;
  if v_id is null then
    select id, input_hash into strict v_id, v_known from ledger_transaction where tenant_id = p_tenant and idempotency_key = p_key;
    if v_known <> v_hash then
      raise exception 'the ledger key % was already used for another movement', p_key using errcode = 'SK409';
    end if;
    return v_id;
  end if;
  perform from wallet where account_id = any (p_accounts) order by account_id for update;
  with movement as (
    select account_id, amount, coalesce(granted, 0) as granted from unnest(p_accounts, p_amounts, p_granted) as m (account_id, amount, granted)
  ), changed as (
    update wallet w set balance = w.balance + m.amount, granted = w.granted + m.granted, updated_at = now()
      from movement m where w.account_id = m.account_id
    returning w.account_id, w.balance, w.granted
  )
  insert into ledger_entry (transaction_id, account_id, amount, granted, balance_after, granted_after)
  select v_id, account_id, m.amount, m.granted, c.balance, c.granted from movement m left join changed c using (account_id) order by account_id;
  return v_id;
end $$;
