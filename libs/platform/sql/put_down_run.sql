-- Puts a run down until one of its waits is done or over: a list of name and until. False if the attempt does not hold the run any more.
create or replace function put_down_run(p_run text, p_attempt integer, p_waits jsonb) returns boolean language plpgsql as $$
declare
  v_until timestamptz;
begin
  -- Answers lock the run as well: none is missed between the check and the update.
  perform from run where id = p_run and attempt = p_attempt and status = 'running' for update;
  if not found then
    return false;
  end if;
  insert into run_step (run_id, name, done, until)
  select p_run, name, false, until from jsonb_to_recordset(p_waits) as w (name text, until timestamptz)
  on conflict do nothing;
  select min(case when s.done then now() else s.until end) into v_until
    from run_step s where s.run_id = p_run and s.name in (select name from jsonb_to_recordset(p_waits) as w (name text));
  update run set status = 'waiting', due_at = case when cancel_asked_at is null then least(v_until, deadline) else now() end where id = p_run;
  return true;
end $$;
