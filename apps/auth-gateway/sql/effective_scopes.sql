-- The scopes of a user, sorted: those of the role and those granted to the user by name, without those denied. A denial removes every
-- scope that it covers, except narrower scopes that were granted by name. If it covers only a part of a scope, such as billing:read of
-- billing:*, the scope is replaced by the scopes of the catalogue that it covers and the denial does not.
-- Users without denials have a fast path: a cascade calls this for every user of a role.
create or replace function effective_scopes(tenant text, role_scopes text[], granted text[], denied text[]) returns text[]
language plpgsql stable as $$
begin
  if denied = '{}' then
    return (select coalesce(array_agg(distinct s order by s), '{}') from unnest(role_scopes || granted) s);
  end if;
  return (
    with held as (
      select s, false as by_name from unnest(role_scopes) s union select s, true from unnest(granted) s
    ), kept as (
      select s, exists (select from unnest(denied) d where scope_covers(s, d)) as partly_denied
        from held
       where not exists (select from unnest(denied) d where scope_covers(d, s) and (scope_covers(s, d) or not by_name))
    )
    select coalesce(array_agg(distinct s order by s), '{}') from (
      select s from kept where not partly_denied
      union all
      select c.name from kept join scope c on c.tenant_id in (tenant, '_platform_') and scope_covers(kept.s, c.name)
       where partly_denied and not exists (select from unnest(denied) d where scope_covers(d, c.name) and not scope_covers(d, kept.s))
    ) effective);
end $$;
