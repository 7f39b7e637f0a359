-- Ends the wait of a run for an answer, and returns the answer that came before; null if there is none. No row if the attempt does not hold the
-- run any more.
create or replace function close_wait(p_run text, p_attempt integer, p_name text) returns table (output jsonb) language plpgsql as $$
begin
  perform from run where id = p_run and attempt = p_attempt and status = 'running' for update;
  if found then
    update run_step s set done = true where s.run_id = p_run and s.name = p_name and not s.done;
    return query select s.output from run_step s where s.run_id = p_run and s.name = p_name;
  end if;
end $$;
