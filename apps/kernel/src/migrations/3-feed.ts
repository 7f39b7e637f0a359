import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An event is numbered only after it is visible to every reader, and under a lock, so that a reader who has read up to N never misses
 * an event numbered below N. A sequence cannot guarantee that: a transaction takes its number early and commits late.
 */
export class Feed1763769600602 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table feed_event (
        id bigint generated always as identity primary key,
        seq bigint,
        tenant_id text not null,
        user_id text,
        type text not null,
        payload jsonb not null,
        ts timestamptz not null default clock_timestamp()
      );
      create index feed_event_unnumbered on feed_event (id) where seq is null;
      create unique index feed_event_seq on feed_event (seq) where seq is not null;
      create index feed_event_user on feed_event (tenant_id, user_id, seq) where seq is not null;
      create index feed_event_ts on feed_event (ts);

      create table feed_counter (
        one boolean primary key default true constraint feed_counter_one check (one),
        head bigint not null default 0,
        oldest bigint not null default 1
      );
      insert into feed_counter default values;

      create function sequence_feed(at_most integer, out head bigint, out numbered integer) language plpgsql as $$
      begin
        numbered := 0;
        if exists (select from feed_event where seq is null) then
          perform pg_advisory_xact_lock(hashtext('skep.feed'));
        end if;
        select c.head into head from feed_counter c;
        if exists (select from feed_event where seq is null) then
          with unnumbered as (select id from feed_event where seq is null order by id limit at_most),
               ordered as (select id, row_number() over (order by id) as ordinal from unnumbered)
          update feed_event e set seq = sequence_feed.head + ordered.ordinal from ordered where e.id = ordered.id;
          get diagnostics numbered = row_count;
          head := head + numbered;
          update feed_counter c set head = sequence_feed.head;
        end if;
      end $$;

      -- Deletes the oldest events, at most 10,000 at a time. Returns how many.
      create function prune_feed(keep_days double precision, keep_rows bigint) returns bigint language plpgsql as $$
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

      -- Records a finished call in one round trip: its action, its feed events, and the event callFinished.
      create function record_call(action_row jsonb, events jsonb, subject text, ctx jsonb, finished jsonb) returns void language sql as $$
        insert into action (id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                            result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, llm_total_tokens, completed_at)
          select id, trace_id, chain_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview,
                 result_preview, error, duration_ms, tokens_used, llm_provider, llm_model, llm_total_calls, tokens_used, now()
            from jsonb_populate_record(null::action, action_row);
        insert into feed_event (tenant_id, user_id, type, payload)
          select tenant_id, user_id, type, payload from jsonb_populate_recordset(null::feed_event, events);
        insert into outbox (subject, ctx, payload) values (subject, ctx, finished);
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function record_call; drop function prune_feed; drop function sequence_feed; drop table feed_counter; drop table feed_event;
    `);
  }
}
