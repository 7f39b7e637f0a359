-- Removes entries of the audit log older than age, at most at_most; never those of the last 30 days, whatever age is. Returns how many.
-- It runs as the owner of the table, who alone may delete: see audit_log_append_only.sql.
create or replace function remove_old_audit(age interval, at_most integer) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_removed bigint;
begin
  perform set_config('skep.removal', 'on', true);
  delete from audit_log where id in (
    select id from (select id, created_at from audit_log order by id limit at_most) oldest
     where created_at < now() - greatest(age, interval '30 days'));
  get diagnostics v_removed = row_count;
  perform set_config('skep.removal', 'off', true);
  return v_removed;
end $$;
