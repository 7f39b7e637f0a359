-- Creates a payout and moves its amount from the developer's earnings to their payable accounts. Promotional earnings, which granted
-- credits paid, cannot be paid out. A developer has an earnings account in each tenant whose users pay for their functions, and a ledger
-- transaction belongs to one tenant, so a payout has one part per tenant.
-- payout_id: null if the earnings do not cover the amount; then nothing has moved. available: what can still be requested.
-- Locks: the developer's earnings accounts by ascending id, after a wallet where there is one. The lock does not block captures, which
-- only add to the earnings.
create or replace function reserve_payout(p_tenant text, p_developer text, p_amount bigint, p_usd text, p_method text, p_notes text)
returns table (payout_id bigint, available bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v record;
  v_left bigint := p_amount;
  v_part bigint;
begin
  perform from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id for no key update;
  select coalesce(sum(u.amount), 0) into available from unpaid_earnings(p_developer) u;
  if available < p_amount then
    return next;
    return;
  end if;
  insert into payout (tenant_id, developer_id, amount_tokens, amount_usd, method, notes)
  values (p_tenant, p_developer, p_amount, p_usd, p_method, p_notes) returning id into payout_id;
  insert into ledger_account (tenant_id, kind, user_id)
  select a.tenant_id, 'payable', a.user_id from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id
  on conflict do nothing;
  for v in select * from unpaid_earnings(p_developer) u where u.amount > 0 order by u.account_id loop
    exit when v_left = 0;
    v_part := least(v.amount, v_left);
    insert into payout_part (payout_id, account_id, amount, reserved_by)
    values (payout_id, v.account_id, v_part, post_transaction(v.tenant_id, 'payout', 'payout:' || payout_id, format('Payout %s', payout_id), null,
              array[v.account_id, account_of(v.tenant_id, 'payable', p_developer)], array[-v_part, v_part]));
    v_left := v_left - v_part;
  end loop;
  available := available - p_amount;
  return next;
end $$;
