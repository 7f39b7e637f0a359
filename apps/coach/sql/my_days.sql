-- Figures of the days of one person, one row a day: see my_activities.sql. Of several providers, the one that said it last counts.
create or replace view my_days with (security_barrier) as
  select d.day,
         (array_agg(d.resting_heart_rate_bpm order by d.seen_at desc) filter (where d.resting_heart_rate_bpm is not null))[1] as resting_heart_rate_bpm,
         (array_agg(d.hrv_rmssd_ms order by d.seen_at desc) filter (where d.hrv_rmssd_ms is not null))[1] as hrv_rmssd_ms,
         (array_agg(d.recovery_percent order by d.seen_at desc) filter (where d.recovery_percent is not null))[1] as recovery_percent,
         (array_agg(d.steps order by d.seen_at desc) filter (where d.steps is not null))[1] as steps,
         (array_agg(d.energy_kcal order by d.seen_at desc) filter (where d.energy_kcal is not null))[1] as energy_kcal,
         (array_agg(d.weight_kg order by d.seen_at desc) filter (where d.weight_kg is not null))[1] as weight_kg
    from mirror m join daily_figure d using (tenant_id, user_id)
   where m.key = nullif(current_setting('skep.mirror', true), '')::uuid
   group by d.day;
