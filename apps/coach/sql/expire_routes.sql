-- Removes the content of at most at_most routes that were not changed for age. Their ids stay known. Returns how many routes it changed.
create or replace function expire_routes(age interval, at_most integer) returns bigint language sql as $$
  with expired as (
    update route set content = null, gone_at = now() where route_id = any (array(
      select route_id from route where content is not null and changed_at < now() - age order by changed_at limit at_most for update skip locked))
    returning 1
  )
  select count(*) from expired;
$$;
