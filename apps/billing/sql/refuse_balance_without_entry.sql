-- At commit, a wallet's balance equals the balance_after of its newest entry.
create or replace function refuse_balance_without_entry() returns trigger language plpgsql as $$
begin
  if exists (
    select from wallet w
      left join lateral (
        select balance_after, granted_after from ledger_entry where account_id = w.account_id order by id desc limit 1
      ) e on true
     where w.account_id = new.account_id and (w.balance, w.granted) <> (coalesce(e.balance_after, 0), coalesce(e.granted_after, 0))
  ) then
    raise exception 'the balance of wallet %/% differs from its newest ledger entry', new.tenant_id, new.user_id using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- A constraint trigger has no "or replace".
drop trigger if exists wallet_matches_entries on wallet;
create constraint trigger wallet_matches_entries after insert or update of balance, granted on wallet
  deferrable initially deferred for each row execute function refuse_balance_without_entry();
