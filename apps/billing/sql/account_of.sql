-- The id of an account; null if there is none.
-- p_user: '' for an account of the tenant itself, such as 'revenue'.
create or replace function account_of(p_tenant text, p_kind text, p_user text default '') returns bigint
language sql stable as $$
  select id from ledger_account where tenant_id = p_tenant and kind = p_kind and user_id = p_user;
$$;
