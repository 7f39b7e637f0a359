-- Counts the earnings of the holds that a statement captured.
create or replace function count_captures() returns trigger language plpgsql as $$
declare
  v_holds text[] := array(select id from ended where status = 'captured' and developer_id <> '');
begin
  if v_holds <> '{}' then
    perform add_earnings(v_holds, 1);
  end if;
  return null;
end $$;

create or replace trigger hold_earnings after update on hold
  referencing new table as ended for each statement execute function count_captures();

-- Subtracts the earnings of the calls that a statement reversed.
create or replace function count_reversals() returns trigger language plpgsql as $$
begin
  perform add_earnings(array(select hold_id from reversed), -1);
  return null;
end $$;

create or replace trigger call_reversal_earnings after insert on call_reversal
  referencing new table as reversed for each statement execute function count_reversals();
