-- The rows of a person, by table: of every table with the columns tenant_id and user_id, as erase_user() (libs/platform) finds them. A table that
-- is added later is covered. Columns of bytes are left out: they hold hashes and sealed secrets. So are runs, which are work of the service, and
-- the key of the mirror, which no one sees.
create or replace function export_user(p_tenant text, p_user text) returns jsonb language plpgsql stable as $$
declare
  owned record;
  found jsonb;
  parts jsonb := '{}';
begin
  for owned in
    select c.oid, c.relname,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.atttypid = 'bytea'::regtype and not a.attisdropped)
             || array['tenant_id', 'user_id'] as hidden
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'user_id') and not a.attisdropped
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname not in ('run', 'mirror')
     group by c.oid, c.relname having count(*) = 2 order by c.relname
  loop
    execute format('select coalesce(jsonb_agg(to_jsonb(t) - $3), ''[]'') from %s t where tenant_id = $1 and user_id = $2', owned.oid::regclass)
      into found using p_tenant, p_user, owned.hidden;
    parts := parts || jsonb_build_object(owned.relname, found);
  end loop;
  return parts;
end $$;
