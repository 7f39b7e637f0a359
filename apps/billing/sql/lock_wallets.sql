-- Locks wallets by ascending account_id and returns the locked ones: all of them if p_wait, else those that no other transaction has
-- locked.
create or replace function lock_wallets(p_wait boolean, p_accounts bigint[]) returns bigint[]
language plpgsql as $$
begin
  if p_wait then
    return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update);
  end if;
  return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update skip locked);
end $$;
