-- Admits the blocked runs that an ended run was in the way of: the next one of its lane, and the next one of its person.
create or replace function admit_runs(p_ended run) returns void language plpgsql as $$
declare
  v run;
begin
  for v in
    (select r.* from run r
      where r.status = 'blocked' and r.kind = p_ended.kind and r.tenant_id = p_ended.tenant_id and r.lane = p_ended.lane
      order by r.seq limit 1)
    union
    (select r.* from run r
      where p_ended.place is not null and r.status = 'blocked' and r.kind = p_ended.kind and r.tenant_id = p_ended.tenant_id
        and r.user_id = p_ended.user_id
        and not exists (select from run other where other.kind = r.kind and other.tenant_id = r.tenant_id and other.lane = r.lane
                                                and other.status in ('queued', 'running', 'waiting'))
        and not exists (select from run other where other.kind = r.kind and other.tenant_id = r.tenant_id and other.lane = r.lane
                                                and other.status = 'blocked' and other.seq < r.seq)
      order by r.seq limit 1)
  loop
    begin
      v.place := free_place(v);
      if v.at_once is null or v.place is not null then
        update run set status = 'queued', due_at = now(), place = v.place where id = v.id and status = 'blocked';
      end if;
    exception when unique_violation then
      -- Another run was quicker; its end admits this one.
    end;
  end loop;
end $$;
