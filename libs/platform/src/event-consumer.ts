import { type Event, revive } from '@skep/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import { type Ctx, DEFAULT_TIMEOUT_MS, readCtx } from './context.js';
import { type Database, statement } from './database.js';
import type { Log } from './log.js';

/** How long a failed event waits before it is tried again, by attempt; the last one for ever after. */
const RETRY_DELAYS_MS = [100, 500, 2_000, 10_000, 60_000];
const BATCH = 64;
const TAKE = statement<{ event_id: string }>(
  'insert into inbox (consumer, event_id) select $1, unnest($2::uuid[]) on conflict do nothing returning event_id',
);

export type EventHandler = (payload: object, ctx: Ctx) => Promise<unknown>;

interface Waiting {
  message: JsMsg;
  done: () => void;
}

/**
 * Takes the events of one subscription, each once: its id enters the inbox in the transaction of its effect. Events that wait
 * together share a transaction, in their order; when one of them fails, each is tried for itself.
 */
export class EventConsumer {
  private waiting: Waiting[] = [];
  private taking = false;

  /** `idempotent`: outside a transaction, each at once, and perhaps more than once. */
  constructor(
    private readonly name: string,
    private readonly event: Event,
    private readonly hear: EventHandler,
    private readonly idempotent: boolean,
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  /** Resolves when the event has been taken, or put off. */
  async take(message: JsMsg): Promise<void> {
    if (this.idempotent) return this.attempt(message, () => this.handle(message));
    await new Promise<void>((done) => {
      this.waiting.push({ message, done });
      if (!this.taking) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.taking = true;
    try {
      while (this.waiting.length) {
        const batch = this.waiting.splice(0, BATCH);
        await this.takeAll(batch.map(({ message }) => message)).finally(() => batch.forEach(({ done }) => done()));
      }
    } finally {
      this.taking = false;
    }
  }

  private async takeAll(batch: JsMsg[]): Promise<void> {
    try {
      await this.together(batch);
      for (const message of batch) message.ack();
    } catch (error) {
      if (batch.length === 1) this.putOff(batch[0]!, error);
      else for (const message of batch) await this.attempt(message, () => this.together([message]));
    }
  }

  private together(batch: JsMsg[]): Promise<void> {
    return this.db.transaction(async () => {
      const fresh = new Set((await this.db.rows(TAKE, [this.name, batch.map(idOf)])).map(({ event_id }) => event_id));
      for (const message of batch) if (fresh.delete(idOf(message))) await this.handle(message);
    });
  }

  private async handle(message: JsMsg): Promise<void> {
    const ctx = { ...readCtx(message.headers), deadline: Date.now() + DEFAULT_TIMEOUT_MS, idempotencyKey: undefined };
    const payload: { tenant_id?: string } = revive(this.event.payload, message.json());
    await this.db.inTenant(payload.tenant_id ?? ctx.tenant, () => this.hear(payload, ctx));
  }

  private async attempt(message: JsMsg, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      message.ack();
    } catch (error) {
      this.putOff(message, error);
    }
  }

  private putOff(message: JsMsg, error: unknown): void {
    const attempt = message.info.deliveryCount;
    this.log.error({ error, event: this.event.subject, attempt }, 'an event could not be taken; it will come again');
    message.nak(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1]);
  }
}

const idOf = (message: JsMsg) => message.headers?.get('Nats-Msg-Id') ?? '';
