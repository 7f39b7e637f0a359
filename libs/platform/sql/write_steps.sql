-- Notes what has happened in runs: a list of run_id, attempt, name and output. Returns those that were written; the others' attempts do not
-- hold their runs any more. `for share` keeps another instance from taking a run before this transaction ends.
create or replace function write_steps(p_steps jsonb) returns table (run_id text, name text) language sql as $$
  with given as (
    select * from jsonb_to_recordset(p_steps) as g (run_id text, attempt integer, name text, output jsonb)
  ), held as (
    select r.id, r.attempt from run r
     where r.id in (select g.run_id from given g) and r.status = 'running' order by r.id for share
  )
  insert into run_step as s (run_id, name, done, output)
  select g.run_id, g.name, true, g.output from given g join held h on h.id = g.run_id and h.attempt = g.attempt
  on conflict do nothing
  returning s.run_id, s.name
$$;
