-- app_action_count with the actions that are not counted yet. A new user is counted with the first action that count_actions counts.
create or replace view app_action_total with (security_invoker) as
  select app_id, day, users, actions, successes, timed, duration_ms, credits from app_action_count
  union all
  select app_id, each.day, 0, 1, success::integer, (duration_ms is not null)::integer, coalesce(duration_ms, 0), credits
    from uncounted_action u cross join lateral (values (u.day), ('-infinity'::date)) as each (day);
