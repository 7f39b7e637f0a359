-- Ends runs: a list of id, attempt, status, result and error. Returns those that this call ended; the others have ended before, or are held
-- by another attempt. In the same transaction the parent of a run gets its end, the children of a run that is not done are
-- cancelled, and the next runs of its lane and its person are admitted.
create or replace function end_runs(p_ends jsonb) returns table (id text) language plpgsql as $$
#variable_conflict use_column
declare
  v run;
begin
  for v in
    with given as (
      select * from jsonb_to_recordset(p_ends) as g (id text, attempt integer, status text, result jsonb, error jsonb)
    ), locked as (
      select r.id from run r where r.id in (select g.id from given g) order by r.id for update
    )
    update run r set status = g.status, result = g.result, error = g.error, ended_at = now(), due_at = now()
      from given g join locked l on l.id = g.id
     where r.id = g.id and r.attempt = g.attempt and r.ended_at is null
    returning r.*
  loop
    if v.status <> 'done' then
      perform cancel_run(r.id) from run r where r.parent_id = v.id and r.ended_at is null order by r.seq;
    end if;
    if v.parent_id is not null then
      perform answer_run(v.parent_id, v.parent_step, jsonb_strip_nulls(
        jsonb_build_object('status', v.status, 'result', v.result, 'error', v.error)));
    end if;
    if v.lane is not null or v.place is not null then
      perform admit_runs(v);
    end if;
    return query select v.id;
  end loop;
end $$;
