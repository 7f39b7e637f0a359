-- Updates the wallet's copy of the plan, which makes reading a balance one query.
create or replace function set_plan(p_tenant text, p_user text, p_plan text, p_status text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update wallet w set plan = p.id, status = p_status, included_tokens = p.included_tokens
    from plan p where w.tenant_id = p_tenant and w.user_id = p_user and p.id = p_plan and (w.plan, w.status) <> (p_plan, p_status);
$$;
