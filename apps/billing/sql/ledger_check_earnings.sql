-- A check of check_ledger(): the counters of earnings, compared with the captured holds and their reversals.
create or replace function ledger_check_earnings() returns table (violation text, subject text, detail text)
language sql stable as $$
  with move as (
    select developer_id, tenant_id, app_id, month_of(ended_at) as month, captured_base as base, developer_share(captured_base, split) as share,
           payable_share(captured_base, captured_granted, split) as payable, 1 as calls
      from hold where status = 'captured' and developer_id <> ''
    union all
    select h.developer_id, h.tenant_id, h.app_id, month_of(r.reversed_at), -r.base, -r.share, -r.payable, 0
      from call_reversal r join hold h on h.id = r.hold_id where h.developer_id <> ''
  ), by_month as (
    select developer_id, app_id, month, sum(share) as share, sum(base - share) as rest, sum(payable) as payable, sum(calls) as calls
      from move group by developer_id, app_id, month
  ), by_tenant as (
    select developer_id, tenant_id, sum(payable) as payable from move group by developer_id, tenant_id
  )
  select 'earnings_counted_wrongly', concat_ws('/', developer_id, app_id, to_char(month, 'YYYY-MM')),
         format('counted: share %s, rest %s, payable %s, calls %s; holds: share %s, rest %s, payable %s, calls %s',
                e.share, e.rest, e.payable, e.calls, m.share, m.rest, m.payable, m.calls)
    from earning e full join by_month m using (developer_id, app_id, month)
   where (e.share, e.rest, e.payable, e.calls) is distinct from (m.share, m.rest, m.payable, m.calls)
  union all
  select 'earnings_counted_wrongly', developer_id || ', tenant ' || tenant_id,
         format('counted: payable %s; holds: payable %s', e.payable, m.payable)
    from tenant_earning e full join by_tenant m using (developer_id, tenant_id)
   where e.payable is distinct from m.payable;
$$;
