-- Removes the oldest actions, at most at_most, whose calls began longer ago than age, and adds them to the sums of removed_actions. Never
-- removes actions of the last 40 days, whatever age is: statistics by month and billing's reconciliation read them.
-- Returns how many were removed. Ids contain their time in milliseconds, so the primary key finds the oldest.
-- It runs as the owner of the table, who alone may delete: see action_append_only.sql.
create or replace function remove_old_actions(age interval, at_most integer) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_before text := 'act_' || lpad(to_hex((extract(epoch from now() - greatest(age, interval '40 days')) * 1000)::bigint), 12, '0');
  v_removed bigint;
begin
  perform set_config('skep.removal', 'on', true);
  with removed as (
    delete from action where id = any (array(select id from action where id < v_before order by id limit at_most))
    returning tenant_id, user_id, app_id, status, tokens_used, duration_ms
  ), summed as (
    insert into removed_actions as s (tenant_id, user_id, app_id, actions, successes, tokens, timed, duration_ms)
    select tenant_id, user_id, app_id, count(*), count(*) filter (where status = 'success'), sum(tokens_used), count(duration_ms),
           coalesce(sum(duration_ms), 0)
      from removed group by 1, 2, 3 order by 1, 2, 3
    on conflict (tenant_id, user_id, app_id) do update
      set actions = s.actions + excluded.actions, successes = s.successes + excluded.successes, tokens = s.tokens + excluded.tokens,
          timed = s.timed + excluded.timed, duration_ms = s.duration_ms + excluded.duration_ms
  )
  select count(*) into v_removed from removed;
  perform set_config('skep.removal', 'off', true);
  return v_removed;
end $$;
