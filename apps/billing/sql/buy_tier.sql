-- Buys a year of a tier from a wallet. An upgrade is discounted by the unused rest of the paid year. The same tier can be extended in
-- its last 30 days; the new year begins where the old one ends.
-- outcome: 'bought'; 'unchanged': the caller has the tier, or it is free; 'running': a more expensive tier has not expired;
-- 'insufficient'.
create or replace function buy_tier(p_tenant text, p_user text, p_tier text, p_price bigint)
returns table (outcome text, charged bigint, available bigint, balance bigint, transaction_id text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  v developer_tier;
  v_wallet wallet;
  v_running boolean;
  v_from timestamptz := now();
begin
  perform open_wallet(p_tenant, p_user);
  select * into strict v_wallet from wallet w where w.tenant_id = p_tenant and w.user_id = p_user for update;
  select * into v from developer_tier d where d.tenant_id = p_tenant and d.developer_id = p_user for update;
  v_running := found and coalesce(v.tier_until > now(), true);
  charged := p_price;
  available := v_wallet.balance - v_wallet.held;
  balance := v_wallet.balance;
  if v_running and v.tier = p_tier and coalesce(v.tier_until > now() + interval '30 days', true) then
    outcome := 'unchanged';
  elsif v_running and v.price > p_price then
    outcome := 'running';
  elsif p_price = 0 then
    outcome := 'unchanged';
  else
    if v_running and v.tier = p_tier then
      v_from := v.tier_until;
    elsif v_running and v.comped_by is null then
      charged := greatest(p_price - floor(v.price * extract(epoch from v.tier_until - now()) / extract(epoch from interval '365 days'))::bigint, 0);
    end if;
    outcome := case when charged > available then 'insufficient' else 'bought' end;
  end if;
  if outcome = 'bought' then
    if charged > 0 then
      transaction_id := post_transaction(p_tenant, 'tier', 'tier:' || p_user || ':' || coalesce(v.tier_sequence, 0) + 1,
        format('Developer tier %s for one year', p_tier), null,
        array[v_wallet.account_id, account_of(p_tenant, 'revenue')], array[-charged, charged],
        array[-least(charged, v_wallet.granted), least(charged, v_wallet.granted)]);
      balance := balance - charged;
    end if;
    insert into developer_tier as d (tenant_id, developer_id, tier, price, tier_until, transaction_id)
    values (p_tenant, p_user, p_tier, p_price, v_from + interval '365 days', transaction_id)
    on conflict (tenant_id, developer_id) do update
       set tier = excluded.tier, price = excluded.price, tier_until = excluded.tier_until, comped_by = null,
           tier_sequence = d.tier_sequence + 1, transaction_id = excluded.transaction_id, changed_at = now();
  elsif outcome = 'unchanged' then
    charged := 0;
  end if;
  return next;
end $$;
