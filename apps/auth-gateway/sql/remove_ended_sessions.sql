-- Removes at most at_most sessions that ended longer ago than age, with their refresh tokens. Returns how many sessions were removed.
create or replace function remove_ended_sessions(age interval, at_most integer) returns bigint language sql as $$
  with removed as (
    delete from session where id = any (array(
      select id from session where expires_at < now() - age or idle_until < now() - age or revoked_at < now() - age
       limit at_most for update skip locked))
    returning id
  ), tokens as (
    delete from refresh_token where session_id in (select id from removed)
  )
  select count(*) from removed;
$$;
