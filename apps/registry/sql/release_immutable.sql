-- Releases are immutable, with one exception: the erasure of its developer empties a release's manifest.
create or replace function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are immutable', tg_table_name using errcode = 'restrict_violation';
end $$;

create or replace trigger release_delete before delete or truncate on release for each statement execute function refuse_delete();

create or replace function refuse_update() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) <> to_jsonb(old) || '{"manifest": {}}' then
    raise exception 'rows of % are immutable', tg_table_name using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create or replace trigger release_update before update on release for each row execute function refuse_update();
