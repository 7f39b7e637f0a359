-- One row per counter that differs from the actions of its day, over the days of which no action is removed. Reads all of them.
create or replace function check_counters() returns table (violation text, subject text, detail text) language sql stable as $$
  with found as (
    select tenant_id, user_id, app_id, (created_at at time zone 'utc')::date as day, count(*) as actions,
           count(*) filter (where status = 'success') as successes, sum(tokens_used) as tokens
      from action group by 1, 2, 3, 4
  ), counted as (
    select tenant_id, user_id, app_id, day, sum(actions) as actions, sum(successes) as successes, sum(tokens) as tokens
      from action_total where day <> '-infinity' group by 1, 2, 3, 4
  ), days as (
    select tenant_id, user_id, app_id, day, f.actions as found, coalesce(c.actions, 0) as counted,
           (f.actions, f.successes, f.tokens) is distinct from (c.actions, c.successes, c.tokens) as differs
      from found f full join counted c using (tenant_id, user_id, app_id, day) where day > (now() at time zone 'utc')::date - 39
  )
  select 'action_count', format('%s/%s %s %s', tenant_id, user_id, app_id, day), format('%s actions, %s counted', coalesce(found, 0), counted)
    from days where differs
  union all
  select 'app_action_count', app_id, format('%s actions of its users, %s of the app', u.actions, a.actions)
    from (select app_id, sum(actions) as actions from action_total where day = '-infinity' group by app_id) u
    full join (select app_id, sum(actions) as actions from app_action_total where day = '-infinity' group by app_id) a using (app_id)
   where u.actions is distinct from a.actions
$$;
