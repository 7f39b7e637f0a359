-- Changes the status of a payout and moves its reserved credits: to 'clearing' when it is paid, back to the earnings when it is
-- rejected. Returns 'changed'; 'unchanged': it already has the status and the reference; 'not_allowed'; or 'not_found'.
create or replace function change_payout_status(p_payout bigint, p_status text, p_note text, p_method text, p_reference text, p_by text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v payout;
  v_transition record;
  v_part record;
begin
  select * into v from payout where id = p_payout for update;
  if not found then
    return 'not_found';
  elsif v.status = p_status then
    return case when p_reference is not distinct from v.reference then 'unchanged' else 'not_allowed' end;
  end if;
  select * into v_transition
    from (values ('pending', 'approved', null),
                 ('pending', 'rejected', 'earnings'),
                 ('approved', 'paid', 'clearing'),
                 ('approved', 'rejected', 'earnings')) as t (from_status, to_status, into_kind)
   where t.from_status = v.status and t.to_status = p_status;
  if not found then
    return 'not_allowed';
  end if;
  for v_part in
    select p.account_id, p.amount, a.tenant_id, a.user_id,
           case v_transition.into_kind when 'earnings' then a.id else account_of(a.tenant_id, v_transition.into_kind) end as into_account
      from payout_part p join ledger_account a on a.id = p.account_id
     where p.payout_id = v.id and v_transition.into_kind is not null order by p.account_id
  loop
    update payout_part set ended_by = post_transaction(v_part.tenant_id, 'payout', 'payout-ended:' || v.id,
        format('Payout %s, %s', v.id, p_status), null,
        array[account_of(v_part.tenant_id, 'payable', v_part.user_id), v_part.into_account], array[-v_part.amount, v_part.amount])
     where payout_id = v.id and account_id = v_part.account_id;
  end loop;
  update payout
     set status = p_status, admin_note = coalesce(nullif(p_note, ''), admin_note), method = coalesce(p_method, method),
         reference = p_reference, processed_at = now(), processed_by = p_by
   where id = v.id;
  return 'changed';
end $$;
