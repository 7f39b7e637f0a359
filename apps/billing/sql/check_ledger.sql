-- One row per violation of the ledger's invariants, none when the ledger is sound. Reads the whole ledger.
-- It runs every function without arguments whose name begins with ledger_check_. To add a check, add a stable function that returns
-- (violation, subject, detail), one row per violation; no other function changes.
-- Stable, like its parts, so that all of them read the same snapshot.
create or replace function check_ledger() returns table (violation text, subject text, detail text)
language plpgsql stable as $$
declare
  v_check regproc;
begin
  for v_check in
    select oid from pg_proc
     where starts_with(proname, 'ledger_check_') and pronargs = 0 and pg_function_is_visible(oid) order by proname
  loop
    return query execute format('select violation, subject, detail from %s()', v_check);
  end loop;
end $$;
