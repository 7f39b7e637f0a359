import type { Event } from '@skep/contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { type NatsConnection } from '@nats-io/transport-node';
import { type Ctx, eventCtx, writeCtx } from './context.js';
import { type Database, statement } from './database.js';
import type { Log } from './log.js';
import { transaction } from './transaction.js';

interface Row {
  id: string;
  subject: string;
  ctx: Ctx;
  payload: unknown;
}

const ADD = statement('insert into outbox (subject, ctx, payload) select $1, $2, payload from jsonb_array_elements($3) payload');
const WAITING = statement<Row>(
  'select id, subject, ctx, payload from outbox where sent_at is null order by seq limit 200 for update skip locked',
);
const SENT = statement('update outbox set sent_at = now() where id = any($1)');
const AGAIN = statement<{ id: string }>('update outbox set sent_at = null where created_at >= $1 and sent_at is not null returning id');
const FORGET = [
  statement(`delete from outbox where sent_at < now() - interval '7 days'`),
  statement(`delete from inbox where taken_at < now() - interval '14 days'`),
  statement(`delete from idempotency where created_at < now() - interval '24 hours' and coalesce(lease_until < now(), true)`),
];

const POLL_MS = 1_000;
const HOUSEKEEPING_MS = 3_600_000;

/** An event is a row of the transaction that caused it; the relay sends it to JetStream once that has committed. */
export class Outbox {
  private readonly stream: JetStreamClient;
  private running?: Promise<void>;
  private again = false;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly db: Database,
    connection: NatsConnection,
    private readonly log: Log,
  ) {
    this.stream = jetstream(connection, { timeout: 2_000 });
  }

  /** @throws Error outside a transaction: an event without its cause, or a cause without its event, would be possible. */
  add<P extends object>(event: Event<P>, ctx: Ctx, payload: P): Promise<void> {
    return this.addAll(event, ctx, [payload]);
  }

  /** `add` for several of one event, in one statement. */
  async addAll<P extends object>(event: Event<P>, ctx: Ctx, payloads: P[]): Promise<void> {
    if (!transaction.getStore()) throw new Error(`outbox.add(${event.subject}) outside a transaction`);
    await this.db.rows(ADD, [event.subject, eventCtx(ctx), JSON.stringify(payloads)]);
    this.wakeAfterCommit();
  }

  /** For one whose SQL function has written to the outbox itself, with an `eventCtx`. */
  wakeAfterCommit(): void {
    this.db.afterCommit(() => this.wake());
  }

  start(): void {
    this.timers = [setInterval(() => this.wake(), POLL_MS).unref(), setInterval(() => void this.forget(), HOUSEKEEPING_MS).unref()];
    this.wake();
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    await this.running;
  }

  /** Sends again everything since a moment, to rebuild a lost stream. Consumers know what they have taken. Returns how many. */
  async rebuild(since: Date): Promise<number> {
    const rows = await this.db.rows(AGAIN, [since]);
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
        if ((await this.flush()) > 0) this.again = true;
      } catch (error) {
        this.log.warn({ error }, 'events wait in the outbox; trying again');
        return;
      }
    }
  }

  /** Sends what waits, oldest first, and returns how many. Two relays never take the same row. */
  private flush(): Promise<number> {
    return this.db.transaction(async () => {
      const rows = await this.db.rows(WAITING);
      await Promise.all(
        rows.map((row) => this.stream.publish(row.subject, JSON.stringify(row.payload), { msgID: row.id, headers: writeCtx(row.ctx) })),
      );
      if (rows.length) await this.db.rows(SENT, [rows.map(({ id }) => id)]);
      return rows.length;
    });
  }

  private async forget(): Promise<void> {
    for (const old of FORGET) await this.db.rows(old).catch((error: unknown) => this.log.warn({ error }, 'housekeeping failed'));
  }
}
