-- A check of check_ledger(): payouts, their parts, and the accounts 'payable' and 'earnings'.
create or replace function ledger_check_payouts() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'payout_not_reserved', p.id::text, format('%s requested, %s reserved', p.amount_tokens, coalesce(s.total, 0))
    from payout p left join (select payout_id, sum(amount) as total from payout_part group by payout_id) s on s.payout_id = p.id
   where p.amount_tokens <> coalesce(s.total, 0)
  union all
  select 'payout_reserved_wrongly', part.payout_id::text, format('part of %s credits of account %s', part.amount, part.account_id)
    from payout_part part
    join payout p on p.id = part.payout_id
    left join ledger_account a on a.id = part.account_id
    left join ledger_transaction t on t.id = part.reserved_by
   where (a.kind, a.user_id, t.kind, t.idempotency_key) is distinct from ('earnings', p.developer_id, 'payout', 'payout:' || p.id)
      or (select sum(e.amount) from ledger_entry e where e.transaction_id = t.id and e.account_id = a.id) is distinct from -part.amount
      or (select sum(e.amount) from ledger_entry e
           where e.transaction_id = t.id and e.account_id = account_of(a.tenant_id, 'payable', a.user_id)) is distinct from part.amount
  union all
  select 'payout_ended_wrongly', part.payout_id::text, format('%s, and account %s %s', p.status, part.account_id,
           case when part.ended_by is null then 'is still reserved' else 'was booked otherwise' end)
    from payout_part part
    join payout p on p.id = part.payout_id
    join ledger_account a on a.id = part.account_id
    left join ledger_transaction t on t.id = part.ended_by
   where case when p.status in ('pending', 'approved') then part.ended_by is not null
         else (t.kind, t.idempotency_key) is distinct from ('payout', 'payout-ended:' || p.id)
           or (select sum(e.amount) from ledger_entry e
                where e.transaction_id = t.id and e.account_id = account_of(a.tenant_id, 'payable', a.user_id)) is distinct from -part.amount
           or (select sum(e.amount) from ledger_entry e where e.transaction_id = t.id and e.account_id =
                 case p.status when 'paid' then account_of(a.tenant_id, 'clearing') else a.id end) is distinct from part.amount
         end
  union all
  select 'payable_without_payout', t.id, t.idempotency_key
    from ledger_transaction t
   where t.kind = 'payout' and not exists (select from payout_part p where t.id in (p.reserved_by, p.ended_by))
  union all
  select 'payable_wrong', a.tenant_id || '/' || a.user_id, format('payable %s, open payouts reserve %s', coalesce(e.total, 0), coalesce(p.total, 0))
    from ledger_account a
    left join (select account_id, sum(amount) as total from ledger_entry group by account_id) e on e.account_id = a.id
    left join (
      select b.tenant_id, b.user_id, sum(part.amount) as total
        from payout_part part join ledger_account b on b.id = part.account_id where part.ended_by is null group by b.tenant_id, b.user_id
    ) p on (p.tenant_id, p.user_id) = (a.tenant_id, a.user_id)
   where a.kind = 'payable' and coalesce(e.total, 0) <> coalesce(p.total, 0)
  union all
  select 'earnings_wrong', a.tenant_id || '/' || a.user_id,
         format('earnings %s (promotional %s), calls earned %s (payable %s), payouts took %s',
                coalesce(e.total, 0), coalesce(e.granted, 0), coalesce(c.total, 0), coalesce(c.payable, 0), coalesce(p.total, 0))
    from ledger_account a
    left join (select account_id, sum(amount) as total, sum(granted) as granted from ledger_entry group by account_id) e on e.account_id = a.id
    left join (
      select h.tenant_id, h.developer_id, sum(developer_share(h.captured_base, h.split) - coalesce(r.share, 0)) as total,
             sum(payable_share(h.captured_base, h.captured_granted, h.split) - coalesce(r.payable, 0)) as payable
        from hold h
        left join (select hold_id, sum(share) as share, sum(payable) as payable from call_reversal group by hold_id) r on r.hold_id = h.id
       where h.status = 'captured' group by h.tenant_id, h.developer_id
    ) c on (c.tenant_id, c.developer_id) = (a.tenant_id, a.user_id)
    left join (
      select part.account_id, sum(part.amount) as total
        from payout_part part join payout q on q.id = part.payout_id where q.status <> 'rejected' group by part.account_id
    ) p on p.account_id = a.id
   where a.kind = 'earnings'
     and (coalesce(e.total, 0), coalesce(e.granted, 0))
      <> (coalesce(c.total, 0) - coalesce(p.total, 0), coalesce(c.total, 0) - coalesce(c.payable, 0))
  union all
  select 'granted_credits_paid_out', e.id::text, format('%s granted credits on account %s', e.granted, a.id)
    from ledger_entry e join ledger_account a on a.id = e.account_id
   where a.kind in ('payable', 'clearing', 'receivable', 'chargebacks') and e.granted <> 0;
$$;
