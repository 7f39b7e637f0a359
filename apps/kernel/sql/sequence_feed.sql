-- Numbers at most `at_most` events of the feed, oldest first.
--   head      the highest number of the feed
--   numbered  how many events this call has numbered
-- An event is numbered only after it is visible to every reader, so that a reader who has read up to N never misses an event numbered
-- below N. A sequence cannot guarantee that: a transaction takes its number early and commits late. Events are numbered only under the
-- lock, also those that are inserted during the call: otherwise two sequencers would assign the same numbers.
create or replace function sequence_feed(at_most integer, out head bigint, out numbered integer) language plpgsql as $$
begin
  numbered := 0;
  if exists (select from feed_event where seq is null) then
    perform pg_advisory_xact_lock(hashtext('skep.feed'));
    select c.head into head from feed_counter c;
    with unnumbered as (select id from feed_event where seq is null order by id limit at_most),
         ordered as (select id, row_number() over (order by id) as ordinal from unnumbered)
    update feed_event e set seq = sequence_feed.head + ordered.ordinal from ordered where e.id = ordered.id;
    get diagnostics numbered = row_count;
    head := head + numbered;
    update feed_counter c set head = sequence_feed.head where numbered > 0;
  else
    select c.head into head from feed_counter c;
  end if;
end $$;
