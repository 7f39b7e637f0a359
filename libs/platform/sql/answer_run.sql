-- Gives a run what it waits for, or will wait for, under this name; the first answer counts. False if the run has ended or has an answer.
create or replace function answer_run(p_run text, p_name text, p_output jsonb) returns boolean language plpgsql as $$
begin
  perform from run where id = p_run and ended_at is null for update;
  if not found then
    return false;
  end if;
  insert into run_step as s (run_id, name, done, output) values (p_run, p_name, true, p_output)
  on conflict (run_id, name) do update set done = true, output = excluded.output where not s.done;
  if not found then
    return false;
  end if;
  update run set due_at = now() where id = p_run and status = 'waiting';
  return true;
end $$;
