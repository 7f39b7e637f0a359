-- Reverses a captured hold: all that is left of its price goes back to the wallet. Once: is_new is false if nothing was left. Returns no row
-- if no captured hold has this id.
create or replace function reverse_call(p_hold text, p_reason text, p_by text)
returns table (hold_id text, transaction_id text, amount bigint, share bigint, reversed_at timestamptz,
               tenant_id text, user_id text, balance bigint, is_new boolean)
language sql security definer set search_path = public, pg_temp as $$
  select hold_id, transaction_id, amount, share, reversed_at, tenant_id, user_id, balance, outcome = 'refunded'
    from refund_call(p_hold, null, p_reason, p_by);
$$;
