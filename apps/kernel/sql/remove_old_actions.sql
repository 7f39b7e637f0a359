-- Removes the oldest actions, at most at_most, whose calls began longer ago than age; the counters keep their sums. Never removes actions of
-- the last 40 days, whatever age is: billing's reconciliation reads them. Returns how many were removed.
-- Ids contain their time in milliseconds, so the primary key finds the oldest.
-- It runs as the owner of the table, who alone may delete: see action_append_only.sql.
create or replace function remove_old_actions(age interval, at_most integer) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_before text := 'act_' || lpad(to_hex((extract(epoch from now() - greatest(age, interval '40 days')) * 1000)::bigint), 12, '0');
  v_removed bigint;
begin
  perform set_config('skep.removal', 'on', true);
  delete from action where id = any (array(select id from action where id < v_before order by id limit at_most));
  get diagnostics v_removed = row_count;
  perform set_config('skep.removal', 'off', true);
  return v_removed;
end $$;
