-- A check of check_ledger(): the plans of wallets, and the credits that plans include.
create or replace function ledger_check_subscriptions() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'plan_differs', w.tenant_id || '/' || w.user_id,
         format('wallet: %s %s, subscription: %s %s', w.status, w.plan, coalesce(s.status, 'active'), coalesce(s.plan, 'free'))
    from wallet w left join subscription s using (tenant_id, user_id)
   where (w.plan, w.status) is distinct from (coalesce(s.plan, 'free'), coalesce(s.status, 'active'))
  union all
  select 'plan_charge_granted_wrongly', c.id, format('%s credits paid for, %s granted', c.tokens, coalesce(e.amount, 0))
    from plan_charge c
    left join ledger_transaction t on t.id = c.transaction_id and t.kind = 'grant' and t.idempotency_key = 'included:' || c.id
    left join wallet w on (w.tenant_id, w.user_id) = (c.tenant_id, c.user_id)
    left join ledger_entry e on e.transaction_id = t.id and e.account_id = w.account_id
   where c.status = 'paid' and c.tokens > 0 and e.amount is distinct from c.tokens
  union all
  select 'grant_without_plan_charge', t.id, t.idempotency_key
    from ledger_transaction t left join plan_charge c on c.transaction_id = t.id
   where t.kind = 'grant' and t.idempotency_key like 'included:pch\_%' and c.id is null;
$$;
