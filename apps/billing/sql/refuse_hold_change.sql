-- The terms of a hold never change, and it ends once.
create or replace function refuse_hold_change() returns trigger language plpgsql as $$
begin
  if old.status <> 'held' or
     (old.id, old.tenant_id, old.user_id, old.account_id, old.idempotency_key, old.input_hash, old.app_id, old.function,
      old.base_price, old.platform_fee, old.developer_id, old.split, old.created_at)
     is distinct from
     (new.id, new.tenant_id, new.user_id, new.account_id, new.idempotency_key, new.input_hash, new.app_id, new.function,
      new.base_price, new.platform_fee, new.developer_id, new.split, new.created_at) then
    raise exception 'hold % has ended, or its terms would change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create or replace trigger hold_terms_immutable before update on hold for each row execute function refuse_hold_change();
