-- Actions are never changed, with one exception: the erasure of a user clears the texts of their actions. Only remove_old_actions removes
-- them, which runs as the owner of the table and sets skep.removal.
create or replace function reject_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('skep.removal', true) = 'on'
     and current_user = (select relowner::regrole::name from pg_class where oid = 'action'::regclass) then
    return null;
  end if;
  raise exception 'table action is append-only';
end $$;

create or replace trigger action_append_only before delete or truncate on action for each statement execute function reject_change();

create or replace function reject_update() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) <> to_jsonb(old) || '{"message_preview": null, "result_preview": null, "error": null, "llm_steps": null}' then
    raise exception 'table action is append-only';
  end if;
  return new;
end $$;

create or replace trigger action_no_update before update on action for each row execute function reject_update();
