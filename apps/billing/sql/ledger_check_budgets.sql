-- A check of check_ledger(): what wallets spent in their month, compared with the captured holds and their reversals.
create or replace function ledger_check_budgets() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'spent_wrong', w.tenant_id || '/' || w.user_id, format('counted %s in %s; holds: %s', w.spent, w.spent_month, coalesce(h.total, 0))
    from wallet w
    left join (
      select account_id, month_of(ended_at) as month, sum(captured_base + captured_fee - coalesce(r.amount, 0)) as total
        from hold left join (select hold_id, sum(amount) as amount from call_reversal group by hold_id) r on r.hold_id = hold.id
       where status = 'captured' group by 1, 2
    ) h on (h.account_id, h.month) = (w.account_id, w.spent_month)
   where w.spent <> coalesce(h.total, 0);
$$;
