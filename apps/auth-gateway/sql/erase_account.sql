-- Erases a user: calls erase_user() (libs/platform) and deletes the rows of every table with the columns tenant_id and email. A new
-- table with personal data needs columns of these names and no change here. Returns the user's e-mail address, or null if the tenant has
-- no such user.
--   audit_log  keeps its rows, which contain the user's id and network addresses
--   session    keeps revoked sessions without address and label: gateways reject their access tokens until those expire
create or replace function erase_account(tenant text, erased_id text) returns text language plpgsql as $$
declare
  address text;
  table_name regclass;
begin
  select email into address from account where id = erased_id and tenant_id = tenant for update;
  if not found then return null; end if;
  delete from refresh_token where session_id in (select id from session where account_id = erased_id);
  update session set ip = null, label = null where account_id = erased_id;
  perform erase_user(tenant, erased_id, array['session']);
  for table_name in
    select c.oid::regclass
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'email') and not a.attisdropped
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by c.oid having count(*) = 2
  loop
    execute format('delete from %s where tenant_id = $1 and email = $2', table_name) using tenant, address;
  end loop;
  return address;
end $$;
