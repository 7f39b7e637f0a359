-- Whether the scope held includes the scope wanted: the same rule as includesScope of the contracts; a test compares the two.
create or replace function scope_covers(held text, wanted text) returns boolean language sql immutable strict parallel safe as $$
  select h = '*' or h = w or (right(h, 2) = ':*' and starts_with(w, left(h, -1)))
    from (select replace(held, '.', ':') as h, replace(wanted, '.', ':') as w) plain
$$;
