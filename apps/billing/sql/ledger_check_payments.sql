-- A check of check_ledger(): payments, their refunds and disputes, and the debts for these.
create or replace function ledger_check_payments() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'payment_credited_wrongly', p.id, format('bought %s, credited %s', p.tokens, coalesce(e.amount, 0))
    from payment p
    left join ledger_account a on (a.tenant_id, a.kind, a.user_id) = (p.tenant_id, 'wallet', p.user_id)
    left join ledger_entry e on (e.transaction_id, e.account_id) = (p.transaction_id, a.id)
   where p.status = 'credited' and e.amount is distinct from p.tokens
  union all
  select 'payment_reversed_wrongly', p.id, format('reversible %s, reversed %s, booked %s', reversible(p), p.reversed, coalesce(b.total, 0))
    from payment p
    left join (
      select split_part(t.idempotency_key, ':', 2) as payment, t.tenant_id, sum(e.amount) as total
        from ledger_transaction t
        join ledger_entry e on e.transaction_id = t.id join ledger_account a on a.id = e.account_id and a.kind = 'clearing'
       where t.kind in ('reversal', 'reinstatement') group by 1, 2
    ) b on (b.payment, b.tenant_id) = (p.id, p.tenant_id)
   where p.reversed <> coalesce(b.total, 0) or p.reversed <> case when p.status = 'credited' then reversible(p) else 0 end
  union all
  select 'debt_of_another', d.id::text, d.payment_id
    from debt d join payment p on p.id = d.payment_id left join ledger_account a on a.id = d.account_id
   where (a.tenant_id, a.kind, a.user_id) is distinct from (p.tenant_id, 'wallet', p.user_id)
  union all
  select 'chargebacks_wrong', a.tenant_id, format('chargebacks %s, open debts %s', -coalesce(e.total, 0), coalesce(d.total, 0))
    from ledger_account a
    left join (select account_id, sum(amount) as total from ledger_entry group by account_id) e on e.account_id = a.id
    left join (
      select p.tenant_id, sum(d.amount - d.paid) as total from debt d join payment p on p.id = d.payment_id group by p.tenant_id
    ) d on d.tenant_id = a.tenant_id
   where a.kind = 'chargebacks' and coalesce(e.total, 0) <> -coalesce(d.total, 0);
$$;
