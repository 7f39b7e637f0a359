-- The calendar month in UTC of a time, as its first day.
create or replace function month_of(p_at timestamptz) returns date
language sql immutable as $$
  select date_trunc('month', p_at at time zone 'UTC')::date;
$$;
