-- Sets a wallet's threshold from its owner's settings; null where automatic top-up is off.
create or replace function set_recharge_threshold(p_tenant text, p_user text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update wallet w set recharge_below = (
    select recharge_threshold(a.recharge_tokens, a.threshold_pct) from auto_topup a
     where a.tenant_id = p_tenant and a.user_id = p_user and a.enabled
  ) where w.tenant_id = p_tenant and w.user_id = p_user;
$$;
