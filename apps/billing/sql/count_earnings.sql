-- Counts the earnings of the holds that a statement captured.
create or replace function count_captures() returns trigger language plpgsql as $$
declare
  v_holds text[] := array(select id from ended where status = 'captured' and developer_id <> '');
begin
  if v_holds <> '{}' then
    perform add_earnings(v_holds);
  end if;
  return null;
end $$;

create or replace trigger hold_earnings after update on hold
  referencing new table as ended for each statement execute function count_captures();

-- Subtracts the earnings of the calls that a statement reversed.
create or replace function count_reversals() returns trigger language plpgsql as $$
begin
  insert into earning (developer_id, app_id, month, share, rest, payable, calls)
  select h.developer_id, h.app_id, month_of(now()), -sum(r.share), -sum(r.base - r.share), -sum(r.payable), 0
    from reversed r join hold h on h.id = r.hold_id where h.developer_id <> ''
   group by h.developer_id, h.app_id order by h.developer_id, h.app_id
  on conflict (developer_id, app_id, month) do update
     set share = earning.share + excluded.share, rest = earning.rest + excluded.rest, payable = earning.payable + excluded.payable;
  insert into tenant_earning (developer_id, tenant_id, payable)
  select h.developer_id, h.tenant_id, -sum(r.payable)
    from reversed r join hold h on h.id = r.hold_id where h.developer_id <> ''
   group by h.developer_id, h.tenant_id order by h.developer_id, h.tenant_id
  on conflict (developer_id, tenant_id) do update set payable = tenant_earning.payable + excluded.payable;
  return null;
end $$;

create or replace trigger call_reversal_earnings after insert on call_reversal
  referencing new table as reversed for each statement execute function count_reversals();
