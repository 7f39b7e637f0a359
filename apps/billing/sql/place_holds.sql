-- Reserves credits once per key, in the order of the list: each item sees the balance left by the previous one.
-- outcome: 'held'; 'insufficient'; 'over_budget': more than the user may spend in this month; 'conflict': the key was used with other terms; 'no_wallet': open the wallet first; 'locked':
-- another transaction has locked the wallet and p_wait is false.
--
-- It takes a list, so that concurrent requests share a round trip and a commit. One statement reads everything the list needs, a loop
-- without SQL decides item by item on the remaining balance, and one statement writes the result. So a wallet is written once per list,
-- however many items it has. Items with the same key are decided one after another, at the position of the first, so that each sees the
-- one before.
--
-- Ids are UUIDv7: they grow with time, so that the rows of a list go to the last pages of the indexes instead of one random page each.
--
-- Planner settings of the commands that take a list: only index lookups, row by row. The list is short and the tables are long, but the
-- planner cannot know that: it cannot estimate the length of a JSON list, and it may make the cached plan while the tables are empty.
create or replace function place_holds(p_requests jsonb, p_wait boolean)
returns table (ordinal bigint, outcome text, hold_id text, status text, amount bigint, expires_at timestamptz,
               available bigint, held bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v record;
  v_hold hold;
  v_hash text;
  v_account bigint;
  v_key text;
  v_left bigint;
  v_held bigint;
  v_budget_left bigint;
  v_new hold[] := '{}';
  v_acquired bigint[];
begin
  v_acquired := lock_wallets(p_wait, array(
    select (select account_id from wallet w where w.tenant_id = q.tenant_id and w.user_id = q.user_id)
      from jsonb_to_recordset(p_requests) as q (tenant_id text, user_id text)));
  for v in
    select q.*, w.account_id, w.balance, w.held, h as hold,
           w.budget - w.held - case when w.spent_month = usage_month() then w.spent else 0 end as budget_left
      from rows from (jsonb_to_recordset(p_requests) as (tenant_id text, user_id text, key text, app_id text, function text,
             base_price bigint, platform_fee bigint, developer_id text, split int, ttl_s int, trace_id text, cause_id text))
           with ordinality as q (tenant_id, user_id, key, app_id, function, base_price, platform_fee, developer_id, split, ttl_s, trace_id, cause_id, nth)
      left join wallet w on w.tenant_id = q.tenant_id and w.user_id = q.user_id
      left join hold h on h.tenant_id = q.tenant_id and h.user_id = q.user_id and h.idempotency_key = q.key
     order by w.account_id, min(q.nth) over (partition by w.account_id, q.key), q.nth
  loop
    if v_account is distinct from v.account_id then
      v_account := v.account_id;
      v_left := v.balance - v.held;
      v_held := v.held;
      v_budget_left := v.budget_left;
      v_key := null;
    end if;
    if v_key is distinct from v.key then
      v_key := v.key;
      v_hold := v.hold;
    end if;
    v_hash := encode(sha256(convert_to(jsonb_build_array(
      v.app_id, v.function, v.base_price, v.platform_fee, v.developer_id, v.split)::text, 'UTF8')), 'hex');
    outcome := case
      when v_account is null then 'no_wallet'
      when v_account <> all (v_acquired) then 'locked'
      when v_hold.id is not null then case when v_hold.input_hash = v_hash then 'held' else 'conflict' end
      when v.base_price + v.platform_fee > v_budget_left then 'over_budget'
      when v.base_price + v.platform_fee > v_left then 'insufficient'
      else 'held' end;
    if outcome = 'held' and v_hold.id is null then
      v_hold.id := 'hold_' || replace(uuidv7()::text, '-', '');
      v_hold.tenant_id := v.tenant_id;
      v_hold.user_id := v.user_id;
      v_hold.account_id := v_account;
      v_hold.idempotency_key := v.key;
      v_hold.input_hash := v_hash;
      v_hold.app_id := v.app_id;
      v_hold.function := v.function;
      v_hold.base_price := v.base_price;
      v_hold.platform_fee := v.platform_fee;
      v_hold.amount := v.base_price + v.platform_fee;
      v_hold.developer_id := v.developer_id;
      v_hold.split := v.split;
      v_hold.trace_id := v.trace_id;
      v_hold.cause_id := v.cause_id;
      v_hold.status := 'held';
      v_hold.expires_at := now() + v.ttl_s * interval '1 second';
      v_new := v_new || v_hold;
      v_left := v_left - v_hold.amount;
      v_held := v_held + v_hold.amount;
      v_budget_left := v_budget_left - v_hold.amount;
    end if;
    ordinal := v.nth;
    hold_id := v_hold.id;
    status := v_hold.status;
    amount := coalesce(v_hold.amount, v.base_price + v.platform_fee);
    expires_at := v_hold.expires_at;
    available := v_left;
    held := v_held;
    return next;
  end loop;
  with placed as (
    insert into hold (id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee,
                      amount, developer_id, split, expires_at, trace_id, cause_id)
    select id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee,
           amount, developer_id, split, expires_at, trace_id, cause_id
      from unnest(v_new)
    returning account_id, amount
  )
  update wallet w set held = w.held + p.amount
    from (select account_id, sum(amount)::bigint as amount from placed group by account_id) p
   where w.account_id = p.account_id;
end $$;
