import type { Event } from '@skep/contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { type NatsConnection } from '@nats-io/transport-node';
import { type Ctx, type EventCtx, serializeEventCtx, writeEventCtx } from './context.js';
import type { Database } from './database.js';
import { as, statement } from './statement.js';
import type { Log } from './log.js';
import type { Tracer } from './tracing/tracer.js';
import { transaction } from './transaction.js';

const INSERT = statement(
  'insert into outbox (subject, ctx, payload) select :subject, :ctx, payload from jsonb_array_elements(:payloads) payload',
);
const READ_UNSENT = statement(
  'select id, subject, ctx, payload from outbox where sent_at is null order by seq limit 200 for update skip locked',
  { id: 'uuid', subject: 'text', ctx: as<EventCtx>('jsonb'), payload: 'jsonb' },
);
const MARK_SENT = statement('update outbox set sent_at = now() where id = any(:ids)');
const MARK_UNSENT = statement('update outbox set sent_at = null where created_at >= :since and sent_at is not null returning id', {
  id: 'uuid',
});

const POLL_MS = 1_000;

/** Stores events in the transaction of their cause; its relay publishes them to JetStream after the commit. */
export class Outbox {
  private readonly stream: JetStreamClient;
  private running?: Promise<void>;
  private again = false;
  private timer?: NodeJS.Timeout;

  /** @param context the context of the service: it publishes no other's events */
  constructor(
    private readonly context: string,
    private readonly db: Database,
    connection: NatsConnection,
    private readonly log: Log,
    private readonly tracer?: Tracer,
  ) {
    this.stream = jetstream(connection, { timeout: 2_000 });
  }

  /** Adds an event to the current transaction. @throws Error outside a transaction: the event might be stored without its cause */
  add<P extends object>(event: Event<P>, ctx: Ctx, payload: P): Promise<void> {
    return this.addAll(event, ctx, [payload]);
  }

  /** Adds several events of one kind, in one statement. Throws like `add`. */
  async addAll<P extends object>(event: Event<P>, ctx: Ctx, payloads: P[]): Promise<void> {
    if (event.context !== this.context) throw new Error(`${this.context} may not publish ${event.subject}: it belongs to another context`);
    if (!transaction.getStore()) throw new Error(`outbox.add(${event.subject}) must run in a transaction`);
    await this.db.rows(INSERT, { subject: event.subject, ctx: serializeEventCtx(ctx), payloads: JSON.stringify(payloads) });
    this.wakeAfterCommit();
  }

  /** Publishes after the commit what an SQL function wrote to the outbox, with an `serializeEventCtx`. */
  wakeAfterCommit(): void {
    this.db.afterCommit(() => this.wake());
  }

  /** Starts the relay. */
  start(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
    this.wake();
  }

  /** Stops the relay, and waits for the events that it is publishing. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Publishes all events since a time again, to rebuild a lost stream; consumers skip those in their inbox. Returns their number. */
  async republishSince(since: Date): Promise<number> {
    const rows = await this.db.rows(MARK_UNSENT, { since });
    this.wake();
    return rows.length;
  }

  private wake(): void {
    this.again = true;
    this.running ??= this.relay().finally(() => {
      this.running = undefined;
    });
  }

  private async relay(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        if ((await this.publishUnsent()) > 0) this.again = true;
      } catch (error) {
        this.log.warn({ error }, 'could not publish the events of the outbox; retrying');
        return;
      }
    }
  }

  /**
   * Publishes unsent events, oldest first, and returns their number. Row locks keep two relays from publishing the same event.
   * A full stream accepts some events and refuses others: those that it accepted are marked before the error is thrown.
   */
  private async publishUnsent(): Promise<number> {
    const { sent, refusal } = await this.db.transaction(async () => {
      const rows = await this.db.rows(READ_UNSENT);
      const outcomes = await Promise.allSettled(
        rows.map((row) =>
          this.tracer ? this.tracer.publish(row.subject, row.ctx, ({ trace }) => this.publish(row, trace)) : this.publish(row),
        ),
      );
      const ids = rows.filter((_, i) => outcomes[i]?.status === 'fulfilled').map(({ id }) => id);
      if (ids.length) await this.db.rows(MARK_SENT, { ids });
      return { sent: ids.length, refusal: outcomes.find((outcome) => outcome.status === 'rejected') };
    });
    if (refusal) throw refusal.reason;
    return sent;
  }

  private publish({ id, subject, ctx, payload }: NonNullable<typeof READ_UNSENT.row>, trace?: string): Promise<unknown> {
    return this.stream.publish(subject, JSON.stringify(payload), { msgID: id, headers: writeEventCtx(ctx, trace) });
  }
}
