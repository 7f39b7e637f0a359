-- The current month of usage counters, as its first day: a calendar month in UTC.
create or replace function usage_month() returns date
language sql stable as $$
  select date_trunc('month', now() at time zone 'UTC')::date;
$$;
