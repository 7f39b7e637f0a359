-- Returns the bytes that a user uses, and locks them until the transaction ends. Every write takes this lock before it locks a document.
create or replace function lock_storage(p_tenant text, p_user text) returns bigint language plpgsql as $$
declare
  v_used bigint;
begin
  select bytes into v_used from storage_usage where tenant_id = p_tenant and user_id = p_user and app_id = '' for update;
  if not found then
    insert into storage_usage (tenant_id, user_id, app_id, bytes) values (p_tenant, p_user, '', 0) on conflict do nothing;
    select bytes into v_used from storage_usage where tenant_id = p_tenant and user_id = p_user and app_id = '' for update;
  end if;
  return v_used;
end $$;
