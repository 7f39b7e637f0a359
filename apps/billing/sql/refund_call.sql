-- Returns credits of a captured hold to its wallet, in whole or in parts, and never more than it cost: p_amount, or all that is left if
-- it is null. They come back as the kinds of credits that paid, in proportion, and repay the wallet's debts. The developer's share of them
-- comes out of their earnings, which may fall below zero if they were paid out. Each part is the difference between two cumulative
-- amounts that are rounded down, so that all parts together are the whole hold.
-- outcome: 'refunded'; 'too_much': more than `refundable`; 'nothing_left': then the row is the last refund. No row if no captured hold has
-- this id.
create or replace function refund_call(p_hold text, p_amount bigint, p_reason text, p_by text)
returns table (outcome text, refundable bigint, hold_id text, transaction_id text, amount bigint, share bigint, reversed_at timestamptz,
               tenant_id text, user_id text, balance bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  v hold;
  v_before record;
  v_total bigint;
  v_after bigint;
  v_granted bigint;
  v_share bigint := 0;
  v_payable bigint := 0;
  v_part call_reversal;
  v_accounts bigint[];
  v_amounts bigint[];
  v_grants bigint[];
begin
  select * into v from hold h where h.id = p_hold and h.status = 'captured';
  if not found then
    return;
  end if;
  perform from wallet w where w.account_id = v.account_id for update;
  select count(*) as parts, coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(base), 0)::bigint as base,
         coalesce(sum(granted), 0)::bigint as granted, coalesce(sum(share), 0)::bigint as share, coalesce(sum(payable), 0)::bigint as payable
    into v_before from call_reversal r where r.hold_id = v.id;
  v_total := v.captured_base + v.captured_fee;
  refundable := v_total - v_before.amount;
  outcome := case when refundable = 0 then 'nothing_left' when p_amount > refundable then 'too_much' else 'refunded' end;
  if outcome = 'too_much' then
    return next;
    return;
  end if;
  if outcome = 'refunded' then
    v_part.amount := coalesce(p_amount, refundable);
    v_after := v_before.amount + v_part.amount;
    v_granted := v.captured_granted * v_after / v_total;
    if v.developer_id <> '' then
      v_payable := payable_share(v.captured_base, v.captured_granted, v.split);
      v_share := developer_share(v.captured_base, v.split) - v_payable;
      if v_total > v.captured_granted then
        v_payable := v_payable * (v_after - v_granted) / (v_total - v.captured_granted);
      end if;
      if v.captured_granted > 0 then
        v_share := v_share * v_granted / v.captured_granted;
      end if;
      v_share := v_share + v_payable;
    end if;
    v_part.base := v.captured_base * v_after / v_total - v_before.base;
    v_part.granted := v_granted - v_before.granted;
    v_part.share := v_share - v_before.share;
    v_part.payable := v_payable - v_before.payable;
    perform from ledger_account a where a.id = account_of(v.tenant_id, 'earnings', v.developer_id) for no key update;
    select array_agg(account order by account), array_agg(leg.amount order by account), array_agg(leg.granted order by account)
      into v_accounts, v_amounts, v_grants
      from (values (v.account_id, v_part.amount, v_part.granted),
                   (account_of(v.tenant_id, 'earnings', v.developer_id), -v_part.share, v_part.payable - v_part.share),
                   (account_of(v.tenant_id, 'revenue'), v_part.share - v_part.amount, v_part.share - v_part.payable - v_part.granted))
             as leg (account, amount, granted)
     where leg.amount <> 0;
    v_part.n := v_before.parts + 1;
    v_part.transaction_id := post_transaction(v.tenant_id, 'call_reversal', concat_ws(':', 'reversal', v.id, nullif(v_part.n, 1)),
      format('%s: %s (%s)', v.function, case when v_part.amount = v_total then 'reversed' else 'refunded in part' end, p_reason),
      v.app_id, v_accounts, v_amounts, v_grants);
    insert into call_reversal (hold_id, n, transaction_id, amount, base, granted, share, payable, reason, reversed_by)
    values (v.id, v_part.n, v_part.transaction_id, v_part.amount, v_part.base, v_part.granted, v_part.share, v_part.payable, p_reason, p_by);
    update wallet w set spent = w.spent - v_part.amount where w.account_id = v.account_id and w.spent_month = month_of(v.ended_at);
    perform repay_debts(v.tenant_id, v.user_id, concat_ws(':', 'reversal', v.id, nullif(v_part.n, 1)));
    refundable := refundable - v_part.amount;
  end if;
  return query
    select outcome, refundable, r.hold_id, r.transaction_id, r.amount, r.share, r.reversed_at, w.tenant_id, w.user_id, w.balance
      from call_reversal r join wallet w on w.account_id = v.account_id where r.hold_id = v.id order by r.n desc limit 1;
end $$;
