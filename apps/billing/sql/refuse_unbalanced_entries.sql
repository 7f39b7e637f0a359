-- The entries that one statement adds to a transaction sum to zero, in all credits and in granted ones; so does the whole
-- transaction. Each entry refers to an existing transaction and account. A foreign key would lock those rows; a lookup is enough,
-- because neither table ever loses a row.
create or replace function refuse_unbalanced_entries() returns trigger language plpgsql as $$
begin
  if exists (select from added group by transaction_id having sum(amount) <> 0 or sum(granted) <> 0) then
    raise exception 'the entries of a ledger transaction must sum to zero' using errcode = 'check_violation';
  end if;
  -- Scalar subqueries, because the planner may read the whole table for a "not exists".
  if exists (
    select from added
     where (select id from ledger_transaction where id = transaction_id) is null
        or (select id from ledger_account where id = account_id) is null
  ) then
    raise exception 'a ledger entry refers to a transaction or account that does not exist' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

create or replace trigger ledger_entry_balanced after insert on ledger_entry
  referencing new table as added for each statement execute function refuse_unbalanced_entries();
