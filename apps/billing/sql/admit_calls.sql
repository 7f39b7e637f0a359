-- Admits calls, in the order of the list: counts each on its caller's meter 'actions' of this month and reserves its price, as
-- place_holds does; both or neither. Where the plan does not limit 'actions', the call is counted when it has ended instead. A key is
-- counted once: its hold records that, or for a free call a row of usage_event.
-- outcome: as in place_holds, where 'held' without a hold_id is a free call; 'limit_reached': the plan's limit of `meter` is reached.
-- counted: now, or when the key got its hold; false where the plan sets no limit.
-- Locks: counters by tenant and user, then as place_holds. No command locks a counter after a wallet.
-- It runs with the caller's rights: the service may write counters, and place_holds writes the ledger. Planner settings: see place_holds.
create or replace function admit_calls(p_requests jsonb, p_wait boolean)
returns table (ordinal bigint, outcome text, hold_id text, status text, amount bigint, expires_at timestamptz, available bigint, held bigint,
               counted boolean, meter text, meter_limit bigint, resets_at timestamptz)
language plpgsql
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v record;
  v_month date := usage_month();
  v_acquired text[];
  v_user text;
  v_used bigint;
  v_priced bigint[] := '{}';
  v_counts boolean;
  v_counted bigint[] := '{}';
  v_limited bigint[] := '{}';
begin
  resets_at := (v_month + interval '1 month') at time zone 'UTC';
  insert into usage_counter (tenant_id, user_id, month, meter, used)
  select distinct q.tenant_id, q.user_id, v_month, 'actions', 0
    from jsonb_to_recordset(p_requests) as q (tenant_id text, user_id text)
   cross join lateral (select plan from wallet w where (w.tenant_id, w.user_id) = (q.tenant_id, q.user_id) limit 1) w
   where (select (limits ->> 'actions')::bigint >= 0 from plan where id = w.plan)
     and not exists (select from usage_counter c where (c.tenant_id, c.user_id, c.month, c.meter) = (q.tenant_id, q.user_id, v_month, 'actions'))
   order by 1, 2
  on conflict do nothing;
  if p_wait then
    v_acquired := array(
      select c.owner
        from (select distinct tenant_id, user_id from jsonb_to_recordset(p_requests) as q (tenant_id text, user_id text) order by 1, 2) q
       cross join lateral (
         select tenant_id || '/' || user_id as owner from usage_counter
          where tenant_id = q.tenant_id and user_id = q.user_id and month = v_month and meter = 'actions' limit 1 for update) c);
  else
    v_acquired := array(
      select c.owner
        from (select distinct tenant_id, user_id from jsonb_to_recordset(p_requests) as q (tenant_id text, user_id text) order by 1, 2) q
       cross join lateral (
         select tenant_id || '/' || user_id as owner from usage_counter
          where tenant_id = q.tenant_id and user_id = q.user_id and month = v_month and meter = 'actions' limit 1 for update skip locked) c);
  end if;
  for v in
    select q.*, q.tenant_id || '/' || q.user_id as owner, w.account_id, (p.limits ->> 'actions')::bigint as actions_limit, c.used,
           coalesce(h.id, e.event_id) as counted_before, o.meter as full_meter, o.meter_limit as full_meter_limit
      from rows from (jsonb_to_recordset(p_requests) as (tenant_id text, user_id text, key text,
             base_price bigint, platform_fee bigint, again boolean))
           with ordinality as q (tenant_id, user_id, key, base_price, platform_fee, again, nth)
      left join wallet w on w.tenant_id = q.tenant_id and w.user_id = q.user_id
      left join plan p on p.id = w.plan
      left join lateral (
        select used from usage_counter
         where tenant_id = q.tenant_id and user_id = q.user_id and month = v_month and meter = 'actions' limit 1
      ) c on true
      left join hold h on h.tenant_id = q.tenant_id and h.user_id = q.user_id and h.idempotency_key = q.key
      left join usage_event e on e.tenant_id = q.tenant_id and e.user_id = q.user_id and e.event_id = q.key
      left join lateral (
        select u.meter, (p.limits ->> u.meter)::bigint as meter_limit
          from usage_counter u
         where u.tenant_id = q.tenant_id and u.user_id = q.user_id and u.month = v_month and u.meter <> 'actions'
           and (p.limits ->> u.meter)::bigint between 0 and u.used
         order by 1 limit 1
      ) o on true
     order by owner, q.nth
  loop
    if v_user is distinct from v.owner then
      v_user := v.owner;
      v_used := v.used;
    end if;
    ordinal := v.nth;
    hold_id := null;
    counted := coalesce(v.actions_limit >= 0, false);
    v_counts := counted and v.counted_before is null and v.again is not true;
    meter := case when v.full_meter is not null then v.full_meter else 'actions' end;
    meter_limit := case when v.full_meter is not null then v.full_meter_limit else v.actions_limit end;
    outcome := case
      when v.account_id is null then 'no_wallet'
      when counted and v.owner <> all (v_acquired) then 'locked'
      when v.counted_before is not null then 'held'
      when v.full_meter is not null or v_counts and v_used >= v.actions_limit then 'limit_reached'
      else 'held' end;
    if outcome = 'held' then
      if v_counts and v.base_price + v.platform_fee = 0 then
        insert into usage_event (tenant_id, user_id, event_id, meter, quantity) values (v.tenant_id, v.user_id, v.key, 'actions', 1)
          on conflict do nothing;
        v_counts := found;
      end if;
      if v_counts then
        v_used := v_used + 1;
        v_counted := v_counted || v.nth;
      end if;
      if counted then
        v_limited := v_limited || v.nth;
      end if;
      if v.base_price + v.platform_fee > 0 then
        v_priced := v_priced || v.nth;
        continue;
      end if;
    end if;
    return next;
  end loop;
  meter := null;
  meter_limit := null;
  if v_priced <> '{}' then
    v_priced := array(select nth from unnest(v_priced) as nth order by nth);
    for v in
      select h.* from place_holds((select jsonb_agg(item order by nth) from jsonb_array_elements(p_requests) with ordinality as q (item, nth)
                                    where nth = any (v_priced)), p_wait) h
    loop
      ordinal := v_priced[v.ordinal];
      if v.outcome <> 'held' then
        v_counted := array_remove(v_counted, ordinal);
      end if;
      outcome := v.outcome;
      hold_id := v.hold_id;
      status := v.status;
      amount := v.amount;
      expires_at := v.expires_at;
      available := v.available;
      held := v.held;
      counted := ordinal = any (v_limited);
      return next;
    end loop;
  end if;
  -- By ctid, which does not change while the rows are locked: the planner might read the whole table for a join by key.
  update usage_counter c set used = c.used + n.calls
    from (
      select (select ctid from usage_counter
               where tenant_id = q.tenant_id and user_id = q.user_id and month = v_month and meter = 'actions') as at, count(*) as calls
        from rows from (jsonb_to_recordset(p_requests) as (tenant_id text, user_id text)) with ordinality as q (tenant_id, user_id, nth)
       where q.nth = any (v_counted) group by 1
    ) n
   where c.ctid = n.at;
end $$;
