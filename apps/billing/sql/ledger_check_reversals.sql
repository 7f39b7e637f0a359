-- A check of check_ledger(): reversed calls.
create or replace function ledger_check_reversals() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'call_reversed_wrongly', r.hold_id, format('reversed %s; booked: wallet %s, developer %s, platform %s', r.amount, l.wallet, l.share, l.rest)
    from call_reversal r
    left join hold h on h.id = r.hold_id
    left join ledger_transaction t on t.id = r.transaction_id
    cross join lateral (
      select coalesce(sum(e.amount) filter (where a.id = h.account_id), 0) as wallet,
             coalesce(sum(e.granted) filter (where a.id = h.account_id), 0) as granted,
             coalesce(sum(e.granted) filter (where a.kind = 'earnings'), 0) as promotional,
             coalesce(sum(e.amount) filter (where a.kind = 'earnings' and a.user_id = h.developer_id), 0) as share,
             coalesce(sum(e.amount) filter (where a.kind = 'revenue'), 0) as rest
        from ledger_entry e join ledger_account a on a.id = e.account_id where e.transaction_id = r.transaction_id
    ) l
   where (h.status, t.kind, t.idempotency_key, l.wallet, l.granted, l.share, l.promotional, l.rest) is distinct from
         ('captured', 'call_reversal', concat_ws(':', 'reversal', r.hold_id, nullif(r.n, 1)), r.amount, r.granted, -r.share,
          r.payable - r.share, r.share - r.amount)
  union all
  select 'call_reversed_wrongly', h.id, format('charged %s, reversed %s, of which the developer %s', h.captured_base + h.captured_fee, r.amount, r.share)
    from (
      select hold_id, sum(amount) as amount, sum(base) as base, sum(granted) as granted, sum(share) as share, sum(payable) as payable
        from call_reversal group by hold_id
    ) r join hold h on h.id = r.hold_id
    cross join lateral (
      select h.captured_base + h.captured_fee as total,
             case when h.developer_id <> '' then developer_share(h.captured_base, h.split) else 0 end as share,
             case when h.developer_id <> '' then payable_share(h.captured_base, h.captured_granted, h.split) else 0 end as payable
    ) whole
   where r.amount > whole.total or r.base > h.captured_base or r.granted > h.captured_granted or r.share > whole.share or r.payable > whole.payable
      or r.amount = whole.total and (r.base, r.granted, r.share, r.payable) <> (h.captured_base, h.captured_granted, whole.share, whole.payable)
  union all
  select 'reversal_without_call', t.id, t.idempotency_key
    from ledger_transaction t left join call_reversal r on r.transaction_id = t.id where t.kind = 'call_reversal' and r.hold_id is null;
$$;
