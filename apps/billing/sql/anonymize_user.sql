-- Removes from a user's ledger rows all but amounts, ids and times, and ends what would continue by itself: the plan and automatic
-- top-ups. payout.reference stays, because it identifies the transfer at the bank.
create or replace function anonymize_user(p_tenant text, p_user text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update payout set method = '', notes = null, admin_note = null where tenant_id = p_tenant and developer_id = p_user;
  update invoice set buyer = '{}' where tenant_id = p_tenant and user_id = p_user and buyer <> '{}';
  update credit_note set buyer = '{}' where tenant_id = p_tenant and user_id = p_user and buyer <> '{}';
  update payment set receipt_url = null where tenant_id = p_tenant and user_id = p_user;
  update recharge set status = 'dropped', reason = 'erased', ended_at = now()
   where tenant_id = p_tenant and user_id = p_user and status = 'due';
  update recharge set payment_method_id = '' where tenant_id = p_tenant and user_id = p_user;
  update subscription
     set plan = 'free', status = 'active', billing_mode = 'free', anchor = null, period_start = null, period_end = null,
         cancel_at_period_end = false, next_plan = null, lapsed_plan = null, contract_amount_cents = null, billing_note = null, due_at = null
   where tenant_id = p_tenant and user_id = p_user;
  select set_plan(p_tenant, p_user, 'free', 'active');
  select set_recharge_threshold(p_tenant, p_user);
$$;
