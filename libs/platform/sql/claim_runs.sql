-- Takes due runs of these kinds, at most p_at_most, for p_lease; those longest due first. A run whose deadline has passed is returned as
-- late and not taken. steps: what has happened in it, by name; null for a run that starts.
create or replace function claim_runs(p_kinds text[], p_at_most integer, p_lease interval) returns table (
  id text, kind text, tenant_id text, user_id text, input jsonb, ctx jsonb, attempt integer, failures integer, deadline timestamptz,
  is_late boolean, is_cancelled boolean, steps jsonb
) language sql as $$
  with due as (
    select r.id, r.status, r.deadline <= now() as is_late from run r
     where r.ended_at is null and r.due_at <= now() and r.kind = any (p_kinds)
     order by r.due_at limit p_at_most for update skip locked
  ), taken as (
    update run r set status = 'running', attempt = r.attempt + 1, due_at = now() + p_lease, started_at = coalesce(r.started_at, now()),
                     failures = r.failures + (due.status = 'running')::integer
      from due where r.id = due.id and not due.is_late
    returning r.id, r.attempt, r.failures
  )
  select r.id, r.kind, r.tenant_id, r.user_id, r.input, r.ctx, coalesce(t.attempt, r.attempt), coalesce(t.failures, r.failures), r.deadline,
         due.is_late, r.cancel_asked_at is not null,
         case when r.attempt > 0 then
           (select jsonb_object_agg(s.name, jsonb_build_object('done', s.done, 'over', s.until <= now(), 'output', s.output))
              from run_step s where s.run_id = r.id)
         end
    from due join run r on r.id = due.id left join taken t on t.id = due.id
$$;
