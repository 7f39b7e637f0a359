-- The sleep of one person: see my_activities.sql.
create or replace view my_sleep with (security_barrier) as
  select s.day, s.started_at, s.ended_at, s.is_nap, s.asleep_s, s.deep_s, s.rem_s, s.light_s, s.awake_s, s.efficiency_percent, s.provider
    from mirror m join sleep s using (tenant_id, user_id)
   where m.key = nullif(current_setting('skep.mirror', true), '')::uuid;
