-- The activities of one person, each once: for SQL that a language model writes (docs/adr/0037). The setting holds the key of the person's mirror,
-- which cannot be guessed. A barrier: conditions of the query see no other rows.
create or replace view my_activities with (security_barrier) as
  select a.id, a.day, a.started_at, a.sport, a.name, a.duration_s, a.distance_m, a.ascent_m,
         case when a.distance_m >= 100 then a.duration_s / (a.distance_m / 1000) end as pace_s_per_km,
         a.average_heart_rate_bpm, a.max_heart_rate_bpm, a.average_power_w, a.energy_kcal, a.provider
    from mirror m join activity a using (tenant_id, user_id)
   where m.key = nullif(current_setting('skep.mirror', true), '')::uuid and a.duplicate_of is null;
