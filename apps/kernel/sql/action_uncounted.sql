-- Notes each new action for count_actions. Inserting a row locks nothing, unlike a counter that all calls of an app would wait for.
create or replace function note_uncounted() returns trigger language plpgsql as $$
begin
  insert into uncounted_action (tenant_id, user_id, app_id, day, success, tokens, duration_ms, credits)
  select tenant_id, user_id, app_id, (created_at at time zone 'utc')::date, status = 'success', tokens_used, duration_ms, extension_price from added;
  return null;
end $$;

create or replace trigger action_uncounted after insert on action referencing new table as added
for each statement execute function note_uncounted();
