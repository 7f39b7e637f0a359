-- Deletes a user's rows from every table with a text column user_id, account_id or developer_id, except the tables in p_kept.
-- A table that is added later is covered if it has such a column. Clears stored answers that contain the user's id.
create or replace function erase_user(p_tenant text, p_user text, p_kept text[]) returns void language plpgsql as $$
declare
  owned record;
begin
  for owned in
    select c.oid::regclass as table_name, a.attname as owner_column,
           exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped) as has_tenant
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname in ('user_id', 'account_id', 'developer_id')
       and a.atttypid = 'text'::regtype and not a.attisdropped
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> all (p_kept)
  loop
    execute format('delete from %s where %I = $1', owned.table_name, owned.owner_column) || case when owned.has_tenant then ' and tenant_id = $2' else '' end
      using p_user, p_tenant;
  end loop;
  update idempotency set answer = null, total = null where strpos(answer, p_user) > 0;
end $$;
