-- Opens a wallet on the free plan and grants the plan's included credits. Does nothing if the wallet exists.
-- Locks: new accounts, the tenant's before the user's.
create or replace function open_wallet(p_tenant text, p_user text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_account bigint;
  v_plan plan;
begin
  if account_of(p_tenant, 'wallet', p_user) is not null then
    return;
  end if;
  insert into ledger_account (tenant_id, kind)
  select p_tenant, kind from unnest(array['clearing', 'promotions', 'revenue', 'receivable']) as kind
   where account_of(p_tenant, kind) is null
  on conflict do nothing;
  insert into ledger_account (tenant_id, kind, user_id) values (p_tenant, 'wallet', p_user)
  on conflict do nothing
  returning id into v_account;
  if v_account is null then
    return;
  end if;
  select * into strict v_plan from plan where id = 'free';
  insert into wallet (tenant_id, user_id, account_id, plan, included_tokens)
  values (p_tenant, p_user, v_account, v_plan.id, v_plan.included_tokens);
  if v_plan.included_tokens > 0 then
    perform post_transaction(
      p_tenant, 'grant', 'opening:' || p_user, format('Included in the %s plan', v_plan.name), null,
      array[v_account, account_of(p_tenant, 'promotions')], array[v_plan.included_tokens, -v_plan.included_tokens],
      array[v_plan.included_tokens, -v_plan.included_tokens]);
  end if;
end $$;
