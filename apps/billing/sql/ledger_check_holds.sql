-- A check of check_ledger(): holds, the transactions of captured ones, and debts.
create or replace function ledger_check_holds() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'held_wrong', w.tenant_id || '/' || w.user_id, format('held %s of balance %s, open holds sum to %s', w.held, w.balance, coalesce(h.total, 0))
    from wallet w left join (select account_id, sum(amount) as total from hold where status = 'held' group by account_id) h using (account_id)
   where w.held <> coalesce(h.total, 0) or w.held < 0 or w.held > w.balance
  union all
  select 'hold_of_another', h.id, h.tenant_id || '/' || h.user_id
    from hold h left join wallet w on (w.account_id, w.tenant_id, w.user_id) = (h.account_id, h.tenant_id, h.user_id)
   where w.account_id is null
  union all
  select 'hold_booked_wrongly', h.id,
         format('captured %s (granted %s); booked: wallet %s (granted %s), owed %s, developer %s (granted %s), platform %s',
           h.captured_base + h.captured_fee, h.captured_granted, l.wallet, l.granted, l.owed, l.share, l.promotional, l.rest)
    from hold h
    left join ledger_transaction t on t.id = h.transaction_id
    left join debt d on d.hold_id = h.id
    cross join lateral (
      select coalesce(sum(e.amount) filter (where a.id = h.account_id), 0) as wallet,
             coalesce(sum(e.granted) filter (where a.id = h.account_id), 0) as granted,
             coalesce(sum(e.granted) filter (where a.kind = 'earnings'), 0) as promotional,
             coalesce(sum(e.amount) filter (where a.kind = 'receivable'), 0) as owed,
             coalesce(sum(e.amount) filter (where a.kind = 'earnings' and a.user_id = h.developer_id), 0) as share,
             coalesce(sum(e.amount) filter (where a.kind = 'revenue'), 0) as rest
        from ledger_entry e join ledger_account a on a.id = e.account_id where e.transaction_id = h.transaction_id
    ) l
   where h.status = 'captured'
     and (t.kind, t.idempotency_key, l.wallet + l.owed, l.owed, l.granted, l.share, l.promotional, l.rest) is distinct from
         ('call', 'call:' || h.id, -h.captured_base - h.captured_fee, -coalesce(d.amount, 0), -h.captured_granted,
          case when h.developer_id <> '' then floor(h.captured_base * h.split / 100.0) else 0 end,
          case when h.developer_id <> '' then floor(h.captured_base * h.split / 100.0)
            - floor(greatest(h.captured_base - h.captured_granted, 0) * h.split / 100.0) else 0 end,
          h.captured_base + h.captured_fee - case when h.developer_id <> '' then floor(h.captured_base * h.split / 100.0) else 0 end)
  union all
  select 'hold_ended_twice', h.id, h.status from hold h
   where h.status <> 'captured' and (h.transaction_id is not null or exists (select from debt d where d.hold_id = h.id))
  union all
  select 'call_without_hold', t.id, t.idempotency_key
    from ledger_transaction t left join hold h on h.transaction_id = t.id where t.kind = 'call' and h.id is null
  union all
  select 'debt_of_another', d.id::text, d.hold_id from debt d join hold h on h.id = d.hold_id where h.account_id <> d.account_id
  union all
  select 'debt_paid_wrongly', a.id::text, format('debts say %s paid, repayments sum to %s', coalesce(d.paid, 0), coalesce(r.paid, 0))
    from ledger_account a
    left join (select account_id, sum(paid) as paid from debt group by account_id) d on d.account_id = a.id
    left join (
      select e.account_id, -sum(e.amount) as paid from ledger_entry e join ledger_transaction t on t.id = e.transaction_id
       where t.kind = 'repayment' group by e.account_id
    ) r on r.account_id = a.id
   where a.kind = 'wallet' and coalesce(d.paid, 0) <> coalesce(r.paid, 0)
  union all
  select 'owed_wrong', a.tenant_id, format('receivable %s, open debts %s', -coalesce(e.total, 0), coalesce(d.total, 0))
    from ledger_account a
    left join (select account_id, sum(amount) as total from ledger_entry group by account_id) e on e.account_id = a.id
    left join (
      select h.tenant_id, sum(d.amount - d.paid) as total from debt d join hold h on h.id = d.hold_id group by h.tenant_id
    ) d on d.tenant_id = a.tenant_id
   where a.kind = 'receivable' and coalesce(e.total, 0) <> -coalesce(d.total, 0);
$$;
