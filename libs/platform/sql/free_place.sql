-- The lowest of a person's at_once places that no run of this kind has; null if there is none, or no limit.
create or replace function free_place(p_run run) returns integer language sql stable as $$
  select min(place) from generate_series(1, p_run.at_once) place
   where not exists (select from run r where r.kind = p_run.kind and r.tenant_id = p_run.tenant_id and r.user_id = p_run.user_id
                                         and r.place = place.place and r.ended_at is null)
$$;
