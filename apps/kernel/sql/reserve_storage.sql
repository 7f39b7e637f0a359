-- Adds p_bytes to the usage of a user and of an app, unless the user would then use more than p_quota. Shrinking (a negative p_bytes) is
-- always allowed. A negative p_quota means no limit. If p_quota is null, nothing is counted.
--   fits  whether the bytes were added
--   used  what the user used before, in bytes; null if nothing is counted or added
create or replace function reserve_storage(p_tenant text, p_user text, p_app text, p_bytes bigint, p_quota bigint, out fits boolean, out used bigint)
language plpgsql as $$
begin
  fits := true;
  if p_quota is null or p_bytes = 0 then
    return;
  end if;
  -- One statement locks, compares and adds. It finds no row at the user's first write, and none if the bytes do not fit.
  for attempt in 1 .. 2 loop
    update storage_usage set bytes = bytes + p_bytes
     where tenant_id = p_tenant and user_id = p_user and app_id = '' and (p_bytes < 0 or p_quota < 0 or bytes + p_bytes <= p_quota)
     returning bytes - p_bytes into used;
    fits := found;
    exit when fits;
    used := lock_storage(p_tenant, p_user);
  end loop;
  if fits then
    insert into storage_usage as s (tenant_id, user_id, app_id, bytes) values (p_tenant, p_user, p_app, p_bytes)
    on conflict (tenant_id, user_id, app_id) do update set bytes = s.bytes + excluded.bytes;
  end if;
end $$;
