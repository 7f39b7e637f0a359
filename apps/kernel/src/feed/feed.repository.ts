import type { EventStats, Feed, FeedEvent as Told, ReadFeed } from '@skep/contracts';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { News } from './feed-event.entity.js';
import { Sequencer } from './sequencer.js';

/** What all events of one answer may weigh together; a message of the bus has its limit. */
const PAGE_BYTES = 400_000;

const ADD = statement<{ id: number }>('insert into feed_event (tenant_id, user_id, type, payload) values ($1, $2, $3, $4) returning id');

type Row = { head: number; oldest: number; found: number } & ({ seq: null } | Told);
/** Head and events in one statement, so that nothing can come between them. Without an event there is one row, its `seq` null. */
const reading = (rows: string) =>
  statement<Row>(`
    with page as (${rows} order by seq limit $2),
         measured as (select *, sum(octet_length(payload::text)) over (order by seq) - octet_length(payload::text) as before from page)
    select c.head, c.oldest, (select count(*) from page) as found, m.seq, m.tenant_id, m.user_id, m.type, m.payload, m.ts
      from feed_counter c left join measured m on m.before < ${PAGE_BYTES} order by m.seq`);
const READ_ALL = reading('select * from feed_event where seq > $1');
// Two walks along an index rather than one past everybody else's events.
const READ_MINE = reading(`
  select * from (
    (select * from feed_event where tenant_id = $3 and user_id = $4 and seq > $1 order by seq limit $2) union all
    (select * from feed_event where tenant_id = $3 and user_id is null and seq > $1 order by seq limit $2)) mine`);

const STATS = statement<EventStats>(`
  with last as (select type, count(*) as n from feed_event where ts > now() - interval '1 hour' group by type)
  select c.head as published_total, c.head, (select coalesce(sum(n), 0)::bigint from last) as last_hour,
         (select coalesce(jsonb_object_agg(type, n), '{}') from last) as by_type
    from feed_counter c`);

/** Every event that a person may see, numbered without gaps. */
@Injectable()
export class FeedRepository {
  constructor(
    private readonly db: Database,
    private readonly sequencer: Sequencer,
  ) {}

  /** Joins the present transaction: the event exists if that commits. Returns its id. */
  async add({ tenant_id, user_id, type, payload }: News): Promise<string> {
    const row = await this.db.inTenant(tenant_id, () => this.db.row(ADD, [tenant_id, user_id, type, JSON.stringify(payload)]));
    this.sequencer.wakeAfterCommit();
    return `evt_${row?.id}`;
  }

  async read({ after, limit, tenant_id, user_id }: ReadFeed): Promise<Feed> {
    const everybodys = tenant_id === undefined && user_id === undefined;
    // One more than asked for tells whether there is more.
    const rows = everybodys
      ? await this.db.acrossTenants(() => this.db.rows(READ_ALL, [after, limit + 1]))
      : await this.db.rows(READ_MINE, [after, limit + 1, tenant_id ?? null, user_id ?? null]);
    const { head, oldest, found } = rows[0]!;
    const events = rows.filter((row): row is Extract<Row, Told> => row.seq !== null).slice(0, limit);
    return { events, head, oldest, upto: found > events.length ? (events.at(-1)?.seq ?? head) : head };
  }

  async stats(): Promise<EventStats> {
    return (await this.db.acrossTenants(() => this.db.row(STATS)))!;
  }
}
