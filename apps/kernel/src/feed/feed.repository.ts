import type { EventStats, Feed, FeedEvent, ReadFeed } from '@skep/contracts/kernel';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { NewFeedEvent } from './feed-event.entity.js';
import { Sequencer } from './sequencer.js';

/** Bytes of all payloads of one page, which must fit into one message of the bus. */
const PAGE_BYTES_MAX = 400_000;

const ADD = statement<{ id: number }>('insert into feed_event (tenant_id, user_id, type, payload) values ($1, $2, $3, $4) returning id');

type Row = { head: number; oldest: number; found: number } & ({ seq: null } | FeedEvent);
/** Reads head and events in one statement, so that they are consistent. Without events there is one row, with `seq` null. */
const readStatement = (rows: string) =>
  statement<Row>(`
    with page as (${rows} order by seq limit $2),
         measured as (select *, sum(octet_length(payload::text)) over (order by seq) - octet_length(payload::text) as before from page)
    select c.head, c.oldest, (select count(*) from page) as found, m.seq, m.tenant_id, m.user_id, m.type, m.payload, m.ts
      from feed_counter c left join measured m on m.before < ${PAGE_BYTES_MAX} order by m.seq`);
const READ_ALL = readStatement('select * from feed_event where seq > $1');
// Two index scans, rather than one that reads the events of all other users.
const READ_OWN = readStatement(`
  select * from (
    (select * from feed_event where tenant_id = $3 and user_id = $4 and seq > $1 order by seq limit $2) union all
    (select * from feed_event where tenant_id = $3 and user_id is null and seq > $1 order by seq limit $2)) own`);

const GET_STATS = statement<EventStats>(`
  with recent as (select type, count(*) as n from feed_event where ts > now() - interval '1 hour' group by type)
  select c.head as published_total, c.head, (select coalesce(sum(n), 0)::bigint from recent) as last_hour,
         (select coalesce(jsonb_object_agg(type, n), '{}') from recent) as by_type
    from feed_counter c`);

/** The event feed: every event that users may see, numbered without gaps. */
@Injectable()
export class FeedRepository {
  constructor(
    private readonly db: Database,
    private readonly sequencer: Sequencer,
  ) {}

  /** Adds an event in the current transaction. Returns its id. */
  async add({ tenant_id, user_id, type, payload }: NewFeedEvent): Promise<string> {
    const row = await this.db.inTenant(tenant_id, () => this.db.row(ADD, [tenant_id, user_id, type, JSON.stringify(payload)]));
    this.sequencer.wakeAfterCommit();
    return `evt_${row?.id}`;
  }

  /** Reads events after a `seq`: those of one user, or all of them if neither tenant nor user is given. Continue at `upto`. */
  async read({ after, limit, tenant_id, user_id }: ReadFeed): Promise<Feed> {
    const readsAll = tenant_id === undefined && user_id === undefined;
    // One row more than asked for shows whether there are more.
    const rows = readsAll
      ? await this.db.acrossTenants(() => this.db.rows(READ_ALL, [after, limit + 1]))
      : await this.db.rows(READ_OWN, [after, limit + 1, tenant_id ?? null, user_id ?? null]);
    const { head, oldest, found } = rows[0]!;
    const events = rows.filter((row): row is Extract<Row, FeedEvent> => row.seq !== null).slice(0, limit);
    return { events, head, oldest, upto: found > events.length ? (events.at(-1)?.seq ?? head) : head };
  }

  async getStats(): Promise<EventStats> {
    return (await this.db.acrossTenants(() => this.db.row(GET_STATS)))!;
  }
}
