-- The current month of usage counters.
create or replace function usage_month() returns date
language sql stable as $$
  select month_of(now());
$$;
