import { type FeedEvent, kernel } from '@skep/contracts/kernel';
import { Bus, Database, LOG, type Log, newCtx, statement } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { StartExecutions, type Trigger } from '../execution/start-executions.js';
import { toEventType } from '../rule/rule-input.js';

const RETRY_MS = 1_000;
const BATCH_SIZE = 500;
/** So many types are named when the feed is read. */
const TYPES_MAX = 1_000;

const POSITION = statement('select seq, version from feed_position', { seq: 'int8', version: 'int8' });
/** The types that active rules wait for: one step through the index for each. */
const TYPES = statement(
  `with recursive waited(type) as (
     (select event_type from rule where status = 'active' and event_type is not null order by event_type limit 1)
     union all
     select (select event_type from rule where status = 'active' and event_type > waited.type order by event_type limit 1)
       from waited where waited.type is not null
   )
   select type from waited where type is not null limit ${TYPES_MAX + 1}`,
  { type: 'text' },
);
const ADVANCE = statement(`update feed_position set seq = :upto where seq = :seq and version = :version returning seq`, { seq: 'int8' });
/** The clocks of two databases may differ a little. */
const MATCH = statement(
  `select e.seq, r.id as rule_id
     from jsonb_to_recordset(:events) as e (seq bigint, type text, tenant_id text, user_id text, ts timestamptz)
     join rule r on r.event_type = e.type and r.tenant_id = e.tenant_id and r.user_id = e.user_id
    where r.status = 'active' and r.active_since <= e.ts + interval '2 seconds'
    order by e.seq, r.id`,
  { seq: 'int8', rule_id: 'int8' },
);
const CAUSES = statement('select trace_id, tenant_id, user_id, id, depth from execution where trace_id = any(:traces)', {
  ...{ trace_id: 'text', tenant_id: 'text', user_id: 'text', id: 'text', depth: 'int4' },
});

type Position = NonNullable<(typeof POSITION)['row']>;

/**
 * Follows the kernel's event feed. What an event triggers commits together with the position in the feed, so no event is lost or handled twice,
 * over any number of processes: all of them read, and the first one to commit counts. The kernel only sends events of types that an active rule
 * waits for; a rule with a new type changes `version`, so that no one commits a position that was read without it.
 */
@Injectable()
export class FeedFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private head = 0;
  private following?: Promise<void> | undefined;
  private retryTimer?: NodeJS.Timeout;
  private stopped = false;
  private waited: { version: number; types: string[] } = { version: -1, types: [] };

  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly starter: StartExecutions,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.subscribe(kernel.feedAdvanced, ({ head }) => {
      this.head = Math.max(this.head, head);
      void this.follow();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    await this.following;
  }

  private follow(): Promise<void> {
    return (this.following ??= this.followToHead().finally(() => (this.following = undefined)));
  }

  private async followToHead(): Promise<void> {
    clearTimeout(this.retryTimer);
    try {
      while (!this.stopped) {
        const position = (await this.db.row(POSITION))!;
        if (position.seq >= this.head) return;
        await this.readFrom(position);
      }
    } catch (error) {
      if (this.stopped) return;
      this.log.warn({ error }, 'the event feed cannot be followed; retrying');
      this.retryTimer = setTimeout(() => void this.follow(), RETRY_MS).unref();
    }
  }

  private async readFrom(position: Position): Promise<void> {
    const types = await this.findTypes(position);
    const { seq } = position;
    // Without a rule that waits, there is nothing to read.
    if (!types.length) return this.advance(position, this.head, []);
    const ctx = newCtx({ actor: 'service:automation' });
    const page = { after: seq, limit: BATCH_SIZE, ...(types.length <= TYPES_MAX && { types }) };
    const { events, oldest, upto } = await this.bus.call(kernel.readFeed, ctx, page);
    if (seq > 0 && oldest > seq + 1) this.log.warn({ seq, oldest }, 'events were removed from the feed before they were read');
    await this.advance(position, upto, events);
  }

  private async findTypes({ version }: Position): Promise<string[]> {
    if (this.waited.version !== version) {
      const rows = await this.db.acrossTenants(() => this.db.rows(TYPES));
      this.waited = { version, types: rows.map(({ type }) => type) };
    }
    return this.waited.types;
  }

  private advance(position: Position, upto: number, events: FeedEvent[]): Promise<void> {
    const work = async () => {
      if (!(await this.db.row(ADVANCE, { ...position, upto })) || !events.length) return;
      await this.starter.start(await this.findTriggers(events));
    };
    return this.db.acrossTenants(() => this.db.transaction(work));
  }

  /** What the events trigger, in their order. */
  private async findTriggers(events: FeedEvent[]): Promise<Trigger[]> {
    const keys = events.map(({ seq, type, tenant_id, user_id, ts }) => ({ seq, type: toEventType(type), tenant_id, user_id, ts }));
    const matches = await this.db.rows(MATCH, { events: JSON.stringify(keys) });
    if (!matches.length) return [];
    const bySeq = new Map(events.map((event) => [event.seq, event]));
    const traces = matches.map(({ seq }) => bySeq.get(seq)?.trace_id).filter((trace) => trace != null);
    const causes = new Map((await this.db.rows(CAUSES, { traces })).map((cause) => [cause.trace_id, cause]));
    return matches.map(({ seq, rule_id }) => {
      const event = bySeq.get(seq)!;
      const cause = event.trace_id === null ? undefined : causes.get(event.trace_id);
      const isOwn = cause && cause.tenant_id === event.tenant_id && cause.user_id === event.user_id;
      return { rule_id, event: toEvent(event), cause: isOwn ? cause : undefined };
    });
  }
}

const toEvent = ({ seq, type, payload, ts }: FeedEvent) => ({ ...payload, type, seq, ts: ts.toISOString() });
