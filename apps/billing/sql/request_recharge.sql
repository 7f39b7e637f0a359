-- Automatic top-ups. A wallet has a threshold (recharge_below). A charge that leaves less inserts a `recharge` row in its own transaction
-- and clears the threshold until the recharge has ended. So one crossing requests one recharge, however many charges cross at once, and
-- a wallet without a threshold has no extra cost.
create or replace function request_recharge() returns trigger language plpgsql as $$
begin
  insert into recharge (id, tenant_id, user_id, tokens, price_cents, payment_method_id)
  select 'rch_' || replace(gen_random_uuid()::text, '-', ''), tenant_id, user_id, recharge_tokens, recharge_cents, payment_method_id
    from auto_topup where tenant_id = new.tenant_id and user_id = new.user_id and enabled
  on conflict do nothing;
  new.recharge_below := null;
  return new;
end $$;

create or replace trigger wallet_low_balance before update of balance on wallet for each row
  when (new.balance < old.balance and new.balance < new.recharge_below) execute function request_recharge();
