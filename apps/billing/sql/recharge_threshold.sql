-- A balance below this requests an automatic top-up, in credits, rounded down.
create or replace function recharge_threshold(p_tokens bigint, p_percent int) returns bigint
language sql immutable as $$
  select p_tokens * p_percent / 100;
$$;
