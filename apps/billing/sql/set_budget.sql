-- Sets what a user may spend on calls in a calendar month (UTC), in credits; null for no limit. Opens the wallet if there is none. Returns the
-- budget of before. Calls in progress keep what they have reserved.
create or replace function set_budget(p_tenant text, p_user text, p_budget bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_before bigint;
begin
  perform open_wallet(p_tenant, p_user);
  select budget into v_before from wallet where tenant_id = p_tenant and user_id = p_user for update;
  update wallet set budget = p_budget where tenant_id = p_tenant and user_id = p_user;
  return v_before;
end $$;
