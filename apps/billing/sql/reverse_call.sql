-- Reverses a captured hold, once: its whole price goes back to the wallet, as the kinds of credits that paid it, and repays the
-- wallet's debts. The share comes out of the developer's earnings, which may fall below zero if they were paid out. Returns no row
-- if no captured hold has this id.
create or replace function reverse_call(p_hold text, p_reason text, p_by text)
returns table (hold_id text, transaction_id text, amount bigint, share bigint, reversed_at timestamptz,
               tenant_id text, user_id text, balance bigint, is_new boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  v hold;
  v_total bigint;
  v_share bigint;
  v_promotional bigint;
  v_accounts bigint[];
  v_amounts bigint[];
  v_granted bigint[];
  v_is_new boolean;
begin
  select * into v from hold h where h.id = p_hold and h.status = 'captured';
  if not found then
    return;
  end if;
  perform from wallet w where w.account_id = v.account_id for update;
  v_is_new := not exists (select from call_reversal r where r.hold_id = v.id);
  if v_is_new then
    v_total := v.captured_base + v.captured_fee;
    v_share := case when v.developer_id <> '' then developer_share(v.captured_base, v.split) else 0 end;
    v_promotional := v_share - case when v.developer_id <> '' then payable_share(v.captured_base, v.captured_granted, v.split) else 0 end;
    perform from ledger_account a where a.id = account_of(v.tenant_id, 'earnings', v.developer_id) for no key update;
    select array_agg(account order by account), array_agg(leg.amount order by account), array_agg(leg.granted order by account)
      into v_accounts, v_amounts, v_granted
      from (values (v.account_id, v_total, v.captured_granted),
                   (account_of(v.tenant_id, 'earnings', v.developer_id), -v_share, -v_promotional),
                   (account_of(v.tenant_id, 'revenue'), v_share - v_total, v_promotional - v.captured_granted))
             as leg (account, amount, granted)
     where leg.amount <> 0;
    insert into call_reversal (hold_id, transaction_id, amount, share, reason, reversed_by)
    values (v.id, post_transaction(v.tenant_id, 'call_reversal', 'reversal:' || v.id,
              format('%s: reversed (%s)', v.function, p_reason), v.app_id, v_accounts, v_amounts, v_granted),
            v_total, v_share, p_reason, p_by);
    perform repay_debts(v.tenant_id, v.user_id, 'reversal:' || v.id);
  end if;
  return query
    select r.hold_id, r.transaction_id, r.amount, r.share, r.reversed_at, w.tenant_id, w.user_id, w.balance, v_is_new
      from call_reversal r join wallet w on w.account_id = v.account_id where r.hold_id = v.id;
end $$;
