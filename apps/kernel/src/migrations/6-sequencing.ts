import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbers events only under the lock. Before, an event that was inserted between the two checks was numbered without it: two sequencers
 * then assigned the same numbers, and a `head` that fell behind blocked all later events.
 */
export class Sequencing1763769600605 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
      update feed_counter set head = greatest(head, (select coalesce(max(seq), 0) from feed_event));
    `);
  }

  /** Keeps the function, because the previous version was wrong. */
  async down(): Promise<void> {}
}
