-- Ends a recharge with a status, once, and sets its wallet's threshold again. Returns whether it was still due.
create or replace function end_recharge(p_id text, p_status text, p_reason text, p_payment text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v recharge;
begin
  select * into v from recharge where id = p_id;
  perform from wallet where tenant_id = v.tenant_id and user_id = v.user_id for update;
  update recharge set status = p_status, reason = p_reason, payment_id = p_payment, ended_at = now() where id = p_id and status = 'due';
  if not found then
    return false;
  end if;
  perform set_recharge_threshold(v.tenant_id, v.user_id);
  return true;
end $$;
