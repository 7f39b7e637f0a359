-- Removes at most at_most sessions that ended longer ago than age, with their refresh tokens. Returns how many sessions were removed. A
-- session that was idle for too long is found by the day on which it ended, so it may stay a day longer.
-- Each kind is read in the order of an index. Sequential scans are off, because Postgres may plan without knowing age and at_most.
create or replace function remove_ended_sessions(age interval, at_most integer) returns bigint language sql set enable_seqscan = off as $$
  with ended as (
    (select id from session where expires_at < now() - age order by expires_at limit at_most)
    union all
    (select id from session where revoked_at < now() - age order by revoked_at limit at_most)
    union all
    (select id from session where idle_day < ((now() - age) at time zone 'UTC')::date order by idle_day limit at_most)
  ), removed as (
    delete from session where id = any (array(
      select id from session where id in (select id from ended) limit at_most for update skip locked))
    returning id
  ), tokens as (
    delete from refresh_token where session_id in (select id from removed)
  )
  select count(*) from removed;
$$;
