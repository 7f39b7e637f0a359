-- Expires overdue holds, releases the credits they reserve, and returns how many. Skips wallets that another transaction has locked,
-- so any number of instances may run it at once.
create or replace function expire_holds() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v record;
  v_amount bigint;
  v_ended bigint;
  v_all bigint := 0;
begin
  for v in
    select w.account_id, due.ids
      from (
        select account_id, array_agg(id) as ids
          from (select account_id, id from hold where status = 'held' and expires_at <= now() order by expires_at limit 500) h
         group by account_id
      ) due
      join wallet w on w.account_id = due.account_id
     order by w.account_id for update of w skip locked
  loop
    with ended as (
      update hold set status = 'expired', ended_at = now() where id = any (v.ids) and status = 'held' returning amount
    )
    select count(*), coalesce(sum(amount), 0) into v_ended, v_amount from ended;
    update wallet set held = held - v_amount where account_id = v.account_id and v_amount > 0;
    v_all := v_all + v_ended;
  end loop;
  return v_all;
end $$;
