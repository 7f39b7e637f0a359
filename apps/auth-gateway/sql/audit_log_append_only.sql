-- The audit log takes new entries only: refuses every other change, also by the owner of the tables. Only remove_old_audit removes entries,
-- which runs as the owner and sets skep.removal.
create or replace function audit_log_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('skep.removal', true) = 'on'
     and current_user = (select relowner::regrole::name from pg_class where oid = 'audit_log'::regclass) then
    return null;
  end if;
  raise exception 'audit_log is append-only' using errcode = 'insufficient_privilege';
end $$;

create or replace trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function audit_log_append_only();
