-- Deletes the oldest events of the feed, at most 10,000 at a time: those older than keep_days, and those beyond the newest keep_rows.
-- Returns how many numbers were removed; 0 means that none are left to delete.
create or replace function prune_feed(keep_days double precision, keep_rows bigint) returns bigint language plpgsql as $$
declare
  counter feed_counter;
  bound bigint;
begin
  perform pg_advisory_xact_lock(hashtext('skep.feed'));
  select * into counter from feed_counter;
  select max(seq) into bound from feed_event where ts < now() - keep_days * interval '1 day' and seq is not null;
  bound := least(greatest(bound, counter.head - keep_rows), counter.oldest + 9999);
  if bound < counter.oldest then
    return 0;
  end if;
  delete from feed_event where seq <= bound;
  update feed_counter set oldest = bound + 1;
  return bound + 1 - counter.oldest;
end $$;
