-- Counts the earnings of calls that were just captured, in the transaction of that. A trigger calls it, so that every capture is counted,
-- whichever command makes it.
-- Locks: counters by developer, app and month, then by developer and tenant, each list with one upsert for both. No command locks a wallet
-- or an account after a counter, so they are locked until the commit at most, and in one order by all instances.
-- Planner settings: see place_holds.
create or replace function add_earnings(p_holds text[]) returns void
language plpgsql
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off
set plan_cache_mode = force_generic_plan as $$
begin
  insert into earning (developer_id, app_id, month, share, rest, payable, calls)
  select developer_id, app_id, month_of(now()), sum(developer_share(captured_base, split)),
         sum(captured_base - developer_share(captured_base, split)),
         sum(payable_share(captured_base, captured_granted, split)), count(*)
    from hold where id = any (p_holds) and developer_id <> ''
   group by developer_id, app_id order by developer_id, app_id
  on conflict (developer_id, app_id, month) do update
     set share = earning.share + excluded.share, rest = earning.rest + excluded.rest, payable = earning.payable + excluded.payable,
         calls = earning.calls + excluded.calls;
  insert into tenant_earning (developer_id, tenant_id, payable)
  select developer_id, tenant_id, sum(payable_share(captured_base, captured_granted, split))
    from hold where id = any (p_holds) and developer_id <> ''
   group by developer_id, tenant_id order by developer_id, tenant_id
  on conflict (developer_id, tenant_id) do update set payable = tenant_earning.payable + excluded.payable;
end $$;
