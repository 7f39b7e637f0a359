-- Cancels a run and its children. One that is held is asked to stop; the others end at once. False if it has ended.
create or replace function cancel_run(p_run text) returns boolean language plpgsql as $$
declare
  v run;
begin
  select * into v from run where id = p_run and ended_at is null for update;
  if not found then
    return false;
  end if;
  if v.status = 'running' then
    perform cancel_run(id) from run where parent_id = p_run and ended_at is null order by seq;
    update run set cancel_asked_at = coalesce(cancel_asked_at, now()) where id = p_run;
  else
    perform end_runs(jsonb_build_array(jsonb_build_object('id', v.id, 'attempt', v.attempt, 'status', 'cancelled')));
  end if;
  return true;
end $$;
