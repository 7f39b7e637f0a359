-- Starts a run that ends p_deadline after its start, or returns the one that has its key. p_overlap says what happens while another run has its lane: 'queue', 'refuse' (then
-- outcome is 'refused'), or 'replace': those before it in the lane are cancelled. outcome: 'started', 'joined', 'refused'.
create or replace function start_run(p_run jsonb, p_deadline interval, p_overlap text) returns table (id text, outcome text) language plpgsql as $$
#variable_conflict use_column
declare
  v run := jsonb_populate_record(null::run, p_run);
  v_before text;
  v_is_full boolean;
begin
  v.due_at := coalesce(v.due_at, now());
  v.deadline := v.due_at + p_deadline;
  loop
    if v.key is not null then
      return query select r.id, 'joined' from run r where (r.kind, r.tenant_id, r.key) = (v.kind, v.tenant_id, v.key);
      if found then
        return;
      end if;
    end if;
    v.place := free_place(v);
    if v.at_once is null or v.place is not null then
      insert into run (id, kind, tenant_id, user_id, key, lane, at_once, place, input, ctx, status, due_at, deadline, parent_id, parent_step)
      values (v.id, v.kind, v.tenant_id, v.user_id, v.key, v.lane, v.at_once, v.place, v.input, v.ctx, 'queued', v.due_at, v.deadline,
              v.parent_id, v.parent_step)
      on conflict do nothing;
      if found then
        return query select v.id, 'started';
        return;
      end if;
    end if;
    v_is_full := v.at_once is not null and free_place(v) is null;
    -- The lock keeps the run that is in the way from ending before this transaction does: so its end admits the new run. Two
    -- statements, because no index serves both conditions.
    select r.id into v_before from run r
     where r.kind = v.kind and r.tenant_id = v.tenant_id and r.lane = v.lane and r.status in ('queued', 'running', 'waiting') for share;
    if not found and v_is_full then
      select r.id into v_before from run r
       where r.kind = v.kind and r.tenant_id = v.tenant_id and r.user_id = v.user_id and r.place is not null and r.ended_at is null
       order by r.seq limit 1 for share;
    end if;
    continue when not found;
    if p_overlap = 'refuse' then
      return query select v_before, 'refused';
      return;
    end if;
    insert into run (id, kind, tenant_id, user_id, key, lane, at_once, input, ctx, status, due_at, deadline, parent_id, parent_step)
    values (v.id, v.kind, v.tenant_id, v.user_id, v.key, v.lane, v.at_once, v.input, v.ctx, 'blocked', v.deadline, v.deadline,
            v.parent_id, v.parent_step)
    on conflict do nothing;
    continue when not found;
    if p_overlap = 'replace' then
      perform cancel_run(r.id) from run r
        where r.kind = v.kind and r.tenant_id = v.tenant_id and r.lane = v.lane and r.ended_at is null and r.id <> v.id order by r.seq desc;
    end if;
    return query select v.id, 'started';
    return;
  end loop;
end $$;
