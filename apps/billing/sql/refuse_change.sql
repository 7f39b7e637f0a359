-- The ledger is append-only: a mistake is corrected by a further transaction. A reversed call stays reversed, and no hold is deleted.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is not allowed', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

create or replace trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
  for each statement execute function refuse_change();
create or replace trigger ledger_transaction_append_only before update or delete or truncate on ledger_transaction
  for each statement execute function refuse_change();
create or replace trigger ledger_account_append_only before update or delete or truncate on ledger_account
  for each statement execute function refuse_change();
create or replace trigger hold_not_deleted before delete or truncate on hold for each statement execute function refuse_change();
create or replace trigger call_reversal_append_only before update or delete or truncate on call_reversal
  for each statement execute function refuse_change();
create or replace trigger credit_note_not_truncated before truncate on credit_note for each statement execute function refuse_change();
create or replace trigger invoice_not_truncated before truncate on invoice for each statement execute function refuse_change();
