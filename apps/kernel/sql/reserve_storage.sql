-- Adds p_bytes to the usage of a user and of an app, unless the user would then use more than p_quota. Shrinking (a negative p_bytes) is
-- always allowed. A negative p_quota means no limit. If p_quota is null, nothing is counted.
--   fits  whether the bytes were added
--   used  what the user used before, in bytes; null if nothing is counted
create or replace function reserve_storage(p_tenant text, p_user text, p_app text, p_bytes bigint, p_quota bigint, out fits boolean, out used bigint)
language plpgsql as $$
begin
  fits := true;
  if p_quota is null then
    return;
  end if;
  used := lock_storage(p_tenant, p_user);
  fits := p_bytes <= 0 or p_quota < 0 or used + p_bytes <= p_quota;
  if fits and p_bytes <> 0 then
    insert into storage_usage as s (tenant_id, user_id, app_id, bytes)
    select p_tenant, p_user, app, p_bytes from unnest(array['', p_app]) as app
    on conflict (tenant_id, user_id, app_id) do update set bytes = s.bytes + excluded.bytes;
  end if;
end $$;
