-- action_count with the actions that are not counted yet, so that statistics are exact at any time. One row per counter and uncounted action.
create or replace view action_total with (security_invoker) as
  select tenant_id, user_id, app_id, day, actions, successes, tokens from action_count
  union all
  select tenant_id, user_id, app_id, each.day, 1, success::integer, tokens
    from uncounted_action u cross join lateral (values (u.day), ('-infinity'::date)) as each (day);
