import { EventStats, type Feed, FeedEvent, type ReadFeed } from '@skep/contracts/kernel';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { NewFeedEvent } from './feed-event.entity.js';
import { Sequencer } from './sequencer.js';

/** Bytes of all payloads of one page, which must fit into one message of the bus. */
const PAGE_BYTES_MAX = 400_000;

const ADD = statement(
  'insert into feed_event (tenant_id, user_id, type, payload, trace_id) values (:tenant_id, :user_id, :type, :payload, :trace_id) returning id',
  { id: 'int8' },
);

/** Reads head and events in one statement, so that they are consistent. Without events there is one row, with `seq` null. */
const readPage = (rows: string) => `
  with page as (${rows} order by seq limit :limit),
       measured as (select *, sum(octet_length(payload::text)) over (order by seq) - octet_length(payload::text) as before from page)
  select c.head, c.oldest, (select count(*) from page) as found, m.seq, m.tenant_id, m.user_id, m.type, m.payload, m.ts, m.trace_id
    from feed_counter c left join measured m on m.before < ${PAGE_BYTES_MAX} order by m.seq`;
const PAGE = { seq: 'int8?', head: 'int8', oldest: 'int8', found: 'int8' } as const;
const READ_ALL = statement(readPage('select * from feed_event where seq > :after'), FeedEvent, PAGE);
// Two index scans, rather than one that reads the events of all other users.
const READ_OWN = statement(
  readPage(`
    select * from (
      (select * from feed_event where tenant_id = :tenant_id and user_id = :user_id and seq > :after order by seq limit :limit) union all
      (select * from feed_event where tenant_id = :tenant_id and user_id is null and seq > :after order by seq limit :limit)) own`),
  FeedEvent,
  PAGE,
);

/** How many events, of any type, one read looks through. */
const LOOKED_THROUGH = 10_000;
const READ_TYPES = statement(
  readPage(`
    select * from feed_event
     where seq > :after and seq <= :after + ${LOOKED_THROUGH} and user_id is not null and replace(type, ':', '.') = any(:types)`),
  FeedEvent,
  PAGE,
);

const GET_STATS = statement(
  `with recent as (select type, count(*) as n from feed_event where ts > now() - interval '1 hour' group by type)
   select c.head as published_total, c.head, (select coalesce(sum(n), 0)::bigint from recent) as last_hour,
          (select coalesce(jsonb_object_agg(type, n), '{}') from recent) as by_type
     from feed_counter c`,
  EventStats,
);

/** The event feed: every event that users may see, numbered without gaps. */
@Injectable()
export class FeedRepository {
  constructor(
    private readonly db: Database,
    private readonly sequencer: Sequencer,
  ) {}

  /** Adds an event in the current transaction. Returns its id. */
  async add(event: NewFeedEvent): Promise<string> {
    const row = await this.db.inTenant(event.tenant_id, () =>
      this.db.row(ADD, { trace_id: null, ...event, payload: JSON.stringify(event.payload) }),
    );
    this.sequencer.wakeAfterCommit();
    return `evt_${row?.id}`;
  }

  /** Reads events after a `seq`: those of one user, or, if neither tenant nor user is given, those of all, or of `types`. Continue at `upto`. */
  async read({ after, limit, tenant_id, user_id, types }: ReadFeed): Promise<Feed> {
    const readsAll = tenant_id === undefined && user_id === undefined;
    // One row more than asked for shows whether there are more.
    const page = { after, limit: limit + 1, tenant_id, user_id, types };
    const readAll = types ? READ_TYPES : READ_ALL;
    const rows = readsAll ? await this.db.acrossTenants(() => this.db.rows(readAll, page)) : await this.db.rows(READ_OWN, page);
    const { head, oldest, found } = rows[0]!;
    const events = rows.filter(({ seq }) => seq !== null).slice(0, limit) as FeedEvent[];
    const end = types ? Math.min(head, after + LOOKED_THROUGH) : head;
    return { events, head, oldest, upto: found > events.length ? (events.at(-1)?.seq ?? end) : end };
  }

  async getStats(): Promise<EventStats> {
    return (await this.db.acrossTenants(() => this.db.row(GET_STATS)))!;
  }
}
