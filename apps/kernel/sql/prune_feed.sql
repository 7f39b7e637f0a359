-- Deletes the oldest events of the feed, at most at_most: those older than age, and those beyond the newest keep_rows.
-- Returns how many numbers were removed.
create or replace function prune_feed(age interval, at_most integer, keep_rows bigint) returns bigint language plpgsql as $$
declare
  counter feed_counter;
  bound bigint;
begin
  perform pg_advisory_xact_lock(hashtext('skep.feed'));
  select * into counter from feed_counter;
  select max(seq) into bound from feed_event where ts < now() - age and seq is not null;
  bound := least(greatest(bound, counter.head - keep_rows), counter.oldest + at_most - 1);
  if bound < counter.oldest then
    return 0;
  end if;
  delete from feed_event where seq <= bound;
  update feed_counter set oldest = bound + 1;
  return bound + 1 - counter.oldest;
end $$;
