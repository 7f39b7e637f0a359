-- Actions are never changed or removed, with one exception: the erasure of a user clears the texts of their actions.
create or replace function reject_change() returns trigger language plpgsql as $$
begin
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
