-- Adds at most at_most noted actions to the counters, in the transaction that deletes the notes. Returns how many; 0 while another
-- transaction counts.
create or replace function count_actions(at_most integer) returns bigint language plpgsql as $$
declare
  v_counted bigint;
begin
  if not exists (select from uncounted_action) or not pg_try_advisory_xact_lock(hashtext('skep.action_count')) then
    return 0;
  end if;
  with taken as (
    delete from uncounted_action where ctid = any (array(select ctid from uncounted_action limit at_most)) returning *
  ), counted as (
    -- Days that retention would remove at once are left out.
    select each.day, tenant_id, user_id, app_id, success, tokens, duration_ms, credits
      from taken cross join lateral (values (taken.day), ('-infinity'::date)) as each (day)
     where each.day = '-infinity' or each.day > (now() at time zone 'utc')::date - 40
  ), by_user as (
    insert into action_count as c (tenant_id, user_id, app_id, day, actions, successes, tokens)
    select tenant_id, user_id, app_id, day, count(*), count(*) filter (where success), sum(tokens) from counted group by 1, 2, 3, 4
    on conflict (tenant_id, user_id, app_id, day) do update
      set actions = c.actions + excluded.actions, successes = c.successes + excluded.successes, tokens = c.tokens + excluded.tokens
    returning new.app_id, new.day, old.actions is null as is_new
  ), by_app as (
    -- Without a join: Postgres expects few rows of a CTE that deletes, and would compare each with each.
    insert into app_action_count as c (app_id, day, users, actions, successes, timed, duration_ms, credits)
    select app_id, day, sum(users), sum(actions), sum(successes), sum(timed), sum(duration_ms), sum(credits)
      from (
        select app_id, day, 0 as users, count(*) as actions, count(*) filter (where success) as successes, count(duration_ms) as timed,
               coalesce(sum(duration_ms), 0) as duration_ms, sum(credits::numeric) as credits
          from counted group by app_id, day
        union all
        select app_id, day, count(*), 0, 0, 0, 0, 0 from by_user where is_new group by app_id, day
      ) each
     group by app_id, day
    on conflict (app_id, day) do update
      set users = c.users + excluded.users, actions = c.actions + excluded.actions, successes = c.successes + excluded.successes,
          timed = c.timed + excluded.timed, duration_ms = c.duration_ms + excluded.duration_ms, credits = c.credits + excluded.credits
  ), by_latency as (
    insert into app_latency as c (app_id, day, bucket, calls)
    select app_id, day, round(4 * log(2, greatest(duration_ms, 1))), count(*)
      from counted where day <> '-infinity' and duration_ms is not null group by 1, 2, 3
    on conflict (app_id, day, bucket) do update set calls = c.calls + excluded.calls
  )
  select count(*) into v_counted from taken;
  return v_counted;
end $$;
