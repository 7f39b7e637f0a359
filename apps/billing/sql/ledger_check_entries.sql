-- A check of check_ledger(): transactions, entries, accounts, balances, and credited payments.
create or replace function ledger_check_entries() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'transaction_unbalanced', t.id,
         format('%s entries, sum %s, sum of granted credits %s', count(e.id), coalesce(sum(e.amount), 0), coalesce(sum(e.granted), 0))
    from ledger_transaction t left join ledger_entry e on e.transaction_id = t.id
   group by t.id having count(e.id) < 2 or sum(e.amount) <> 0 or sum(e.granted) <> 0
  union all
  select 'entry_without_transaction', e.id::text, e.transaction_id
    from ledger_entry e where not exists (select from ledger_transaction t where t.id = e.transaction_id)
  union all
  select 'entry_of_another_tenant', e.id::text, format('transaction of %s, account of %s', t.tenant_id, coalesce(a.tenant_id, '(none)'))
    from ledger_entry e join ledger_transaction t on t.id = e.transaction_id left join ledger_account a on a.id = e.account_id
   where a.tenant_id is distinct from t.tenant_id
  union all
  select 'balance_wrong', w.tenant_id || '/' || w.user_id, format('balance %s (granted %s), entries sum to %s (granted %s)',
           w.balance, w.granted, coalesce(s.total, 0), coalesce(s.granted, 0))
    from wallet w
    left join (select account_id, sum(amount) as total, sum(granted) as granted from ledger_entry group by account_id) s using (account_id)
   where (w.balance, w.granted) <> (coalesce(s.total, 0), coalesce(s.granted, 0)) or w.granted not between 0 and w.balance
  union all
  select 'history_broken', h.id::text,
         format('balance_after %s (granted %s), running sum %s (granted %s)', h.balance_after, h.granted_after, h.running, h.granted)
    from (
      select e.id, e.balance_after, e.granted_after, sum(e.amount) over history as running, sum(e.granted) over history as granted
        from ledger_entry e join wallet w using (account_id)
      window history as (partition by e.account_id order by e.id)
    ) h
   where (h.balance_after, h.granted_after) is distinct from (h.running, h.granted) or h.granted not between 0 and h.running
  union all
  select 'wallet_without_account', w.tenant_id || '/' || w.user_id, w.account_id::text
    from wallet w left join ledger_account a on (a.id, a.tenant_id, a.kind, a.user_id) = (w.account_id, w.tenant_id, 'wallet', w.user_id)
   where a.id is null
  union all
  select 'account_without_wallet', a.id::text, a.tenant_id || '/' || a.user_id
    from ledger_account a left join wallet w on w.account_id = a.id where a.kind = 'wallet' and w.account_id is null
  union all
  select 'payment_credited_wrongly', p.id, format('%s credits bought, %s credited', p.tokens, coalesce(e.amount, 0))
    from payment p
    left join wallet w on (w.tenant_id, w.user_id) = (p.tenant_id, p.user_id)
    left join ledger_entry e on e.transaction_id = p.transaction_id and e.account_id = w.account_id
   where p.status = 'credited' and e.amount is distinct from p.tokens
  union all
  select 'topup_without_payment', t.id, t.idempotency_key
    from ledger_transaction t left join payment p on p.transaction_id = t.id
   where t.kind = 'topup' and p.id is null;
$$;
