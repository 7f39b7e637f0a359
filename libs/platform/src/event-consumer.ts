import { type Event, revive } from '@skep/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import { type Ctx, DEFAULT_TIMEOUT_MS, readCtx } from './context.js';
import type { Database } from './database.js';
import { statement } from './statement.js';
import type { Log } from './log.js';

/** The delay before a failed event is delivered again, by attempt; further attempts use the last one. */
const RETRY_DELAYS_MS = [100, 500, 2_000, 10_000, 60_000];
const BATCH = 64;
const ADD_TO_INBOX = statement(
  'insert into inbox (consumer, event_id) select :consumer, unnest(:events::uuid[]) on conflict do nothing returning event_id',
  { event_id: 'uuid' },
);

/** Consumes one event; a rejection delivers it again later. */
export type EventHandler = (payload: object, ctx: Ctx) => Promise<unknown>;

interface Delivery {
  message: JsMsg;
  done: () => void;
}

/**
 * Consumes the events of one subscription, each once: the handler's transaction adds the event's id to the inbox. Waiting events
 * share a transaction, in order; if it fails, each event is retried in a transaction of its own.
 */
export class EventConsumer {
  private waiting: Delivery[] = [];
  private consuming = false;

  /** @param idempotent run the handler outside a transaction, concurrently, and perhaps more than once per event */
  constructor(
    private readonly name: string,
    private readonly event: Event,
    private readonly handler: EventHandler,
    private readonly idempotent: boolean,
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  /** Resolves when the event has been consumed, or postponed after a failure. */
  async consume(message: JsMsg): Promise<void> {
    if (this.idempotent) return this.attempt(message, () => this.handle(message));
    await new Promise<void>((done) => {
      this.waiting.push({ message, done });
      if (!this.consuming) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.consuming = true;
    try {
      while (this.waiting.length) {
        const batch = this.waiting.splice(0, BATCH);
        await this.consumeBatch(batch.map(({ message }) => message)).finally(() => batch.forEach(({ done }) => done()));
      }
    } finally {
      this.consuming = false;
    }
  }

  private async consumeBatch(batch: JsMsg[]): Promise<void> {
    try {
      await this.handleInTransaction(batch);
      for (const message of batch) message.ack();
    } catch (error) {
      if (batch.length === 1) this.postpone(batch[0]!, error);
      else for (const message of batch) await this.attempt(message, () => this.handleInTransaction([message]));
    }
  }

  private handleInTransaction(batch: JsMsg[]): Promise<void> {
    return this.db.transaction(async () => {
      const added = await this.db.rows(ADD_TO_INBOX, { consumer: this.name, events: batch.map(eventIdOf) });
      const newIds = new Set(added.map(({ event_id }) => event_id));
      for (const message of batch) if (newIds.delete(eventIdOf(message))) await this.handle(message);
    });
  }

  private async handle(message: JsMsg): Promise<void> {
    const ctx = { ...readCtx(message.headers), deadline: Date.now() + DEFAULT_TIMEOUT_MS, idempotencyKey: undefined };
    const payload: { tenant_id?: string } = revive(this.event.payload, message.json());
    await this.db.inTenant(payload.tenant_id ?? ctx.tenant, () => this.handler(payload, ctx));
  }

  private async attempt(message: JsMsg, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      message.ack();
    } catch (error) {
      this.postpone(message, error);
    }
  }

  private postpone(message: JsMsg, error: unknown): void {
    const attempt = message.info.deliveryCount;
    this.log.error({ error, event: this.event.subject, attempt }, 'an event handler failed; the event will be delivered again');
    message.nak(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1]);
  }
}

const eventIdOf = (message: JsMsg) => message.headers?.get('Nats-Msg-Id') ?? '';
