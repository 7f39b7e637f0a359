-- Keeps the columns of a session that have indexes. Every refresh changes idle_until and access_until: an index on them would make each
-- refresh write to every index of the table. These copies change once a day and when the session is revoked.
create or replace function set_session_ends() returns trigger language plpgsql as $$
begin
  new.idle_day := (new.idle_until at time zone 'UTC')::date;
  new.forget_at := case when new.revoked_at is not null then new.access_until end;
  return new;
end $$;

create or replace trigger session_ends before insert or update on session for each row execute function set_session_ends();
