-- The part of a developer's share of a base price that may be paid out. Granted credits pay the base price before the fee.
create or replace function payable_share(p_base bigint, p_granted bigint, p_split int) returns bigint
language sql immutable as $$
  select developer_share(greatest(p_base - p_granted, 0), p_split);
$$;
