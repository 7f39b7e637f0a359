-- What a developer can request as a payout, by earnings account: the payable earnings that are counted, minus what payouts take. Below zero
-- when calls were reversed after their earnings were paid out.
create or replace function unpaid_earnings(p_developer text) returns table (account_id bigint, tenant_id text, amount bigint)
language sql stable as $$
  select a.id, a.tenant_id, (e.payable - coalesce((
           select sum(part.amount) from payout_part part join payout p on p.id = part.payout_id
            where part.account_id = a.id and p.status <> 'rejected'), 0))::bigint
    from tenant_earning e
    join ledger_account a on (a.tenant_id, a.kind, a.user_id) = (e.tenant_id, 'earnings', e.developer_id)
   where e.developer_id = p_developer;
$$;
