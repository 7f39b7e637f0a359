-- The developer's share of a base price, in credits, rounded down.
create or replace function developer_share(p_base bigint, p_split int) returns bigint
language sql immutable as $$
  select p_base * p_split / 100;
$$;
