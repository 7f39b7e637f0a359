-- Whether the scopes held include all scopes wanted. The first comparison is a fast path: a cascade calls this for every user of a role.
create or replace function scopes_cover(held text[], wanted text[]) returns boolean language sql immutable strict parallel safe as $$
  select held @> wanted or not exists (
    select from unnest(wanted) w where not exists (select from unnest(held) h where scope_covers(h, w)))
$$;
