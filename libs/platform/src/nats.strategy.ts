import { AnswerTooLarge, type Contract, DeadlineExceeded, type Event, InvalidInput, type Operation, read } from '@skep/contracts';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { headers, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { firstValueFrom, isObservable } from 'rxjs';
import { type Ctx, ownerOf, readCtx, sentAt } from './context.js';
import type { Database } from './database.js';
import { EventConsumer } from './event-consumer.js';
import { onBehalfOf } from './fair-pool.js';
import { toProblem } from './faults.js';
import { Idempotency } from './idempotency.js';
import { findInexactNumber } from './inexact-number.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { SlotMap } from './slot-map.js';
import { DelayEstimator } from './delay-estimator.js';
import { WriteCoalescer } from './write-coalescer.js';
import { findUnstorableText } from './unstorable-text.js';
import { writerOf } from './writer.js';

export const STREAM = 'events';
const DAY_NS = 24 * 3600 * 1e9;
/** How often a service tells those who wait that it works on their requests and events. */
const WORKING_MS = 1_000;
/** An event in the hands of a process that has died comes again after this long. */
const ACK_WAIT_NS = 5e9;
const IN_HAND_MAX = 64;
/** What JetStream answers when a consumer is there with other settings, such as those of an earlier release. */
const CONSUMER_EXISTS = 10_148;

/**
 * Requests come over plain NATS in a queue group of the service; events from durable JetStream consumers, which keep them
 * until the service has taken them.
 */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  private readonly subscriptions: Subscription[] = [];
  private readonly consumers: ConsumerMessages[] = [];
  private readonly working = new SlotMap<Promise<void>>();
  private readonly idempotency: Idempotency;
  private readonly transit = new DelayEstimator();
  private readonly turn = new WriteCoalescer();
  private readonly unanswered = new SlotMap<Msg>();
  private readonly inHand = new SlotMap<JsMsg>();
  private readonly pulse = setInterval(() => this.tellWorking(), WORKING_MS).unref();

  constructor(
    private readonly service: string,
    private readonly contract: Contract,
    private readonly connections: { requests: NatsConnection; events: NatsConnection },
    private readonly db: Database,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {
    super();
    this.idempotency = new Idempotency(db, log);
  }

  /** @throws Error (through the callback) naming every operation of the contract that has no handler, or two. */
  listen(done: (error?: unknown) => void): void {
    this.bind().then(() => done(), done);
  }

  /** Takes no new work and waits for what has begun. */
  async close(): Promise<void> {
    await Promise.all([...this.subscriptions.map((s) => s.drain()), ...this.consumers.map((c) => c.close())]);
    await Promise.all(Array.from(this.working, ([, work]) => work));
    this.turn.flush();
    clearInterval(this.pulse);
    this.idempotency.stop();
  }

  on(): never {
    throw new Error('not supported: the connection reports its own state');
  }

  unwrap<T>(): T {
    return this.connections.requests as T;
  }

  private async bind(): Promise<void> {
    const unanswered = Object.values(this.contract).filter(
      (member) => member.kind === 'operation' && !this.messageHandlers.has(member.subject),
    );
    if (unanswered.length) throw new Error(`${this.service} has no handler for ${unanswered.map(({ name }) => name).join(', ')}`);
    const events = [...this.messageHandlers.values()].filter(({ isEventHandler }) => isEventHandler);
    // Also for one that only tells: until the stream is there, nothing that is told would be kept.
    if (events.length || Object.values(this.contract).some(({ kind }) => kind === 'event')) await this.ensureStream();
    await Promise.all(events.map((handler) => this.consume(handler)));
    for (const handler of this.messageHandlers.values()) if (!handler.isEventHandler) this.answerTo(handler);
    await this.connections.requests.flush();
  }

  private answerTo(handler: MessageHandler): void {
    const operation = (handler.extras as { operation: Operation }).operation;
    const write = writerOf(operation);
    const seconds = this.metrics.operation(operation);
    const callback = (_: unknown, message: Msg) => this.track(this.answer(operation, handler, write, seconds, message));
    this.subscriptions.push(this.connections.requests.subscribe(operation.subject, { queue: this.service, callback }));
  }

  private async answer(
    operation: Operation,
    handler: MessageHandler,
    write: ReturnType<typeof writerOf>,
    seconds: ReturnType<Metrics['operation']>,
    message: Msg,
  ): Promise<void> {
    const start = performance.now();
    let known: Ctx | undefined;
    const slot = this.unanswered.insert(message);
    try {
      const ctx = (known = readCtx(message.headers, this.latenessOf(message)));
      if (ctx.deadline < Date.now()) throw DeadlineExceeded();
      const text = message.string();
      const input = read(operation.input, parse(text));
      const handle = () => settled(handler(input, ctx));
      const once = () => this.idempotency.once(operation, ctx, text, handle, (answer) => write(answer, input));
      const { json, total, held } = await onBehalfOf(ownerOf(ctx), () => this.db.inTenant(tenantOf(ctx, input), once));
      const h = total === undefined && held === undefined ? undefined : headers();
      if (total !== undefined) h?.append('total', String(total));
      if (held !== undefined) h?.append('held', String(held));
      this.respond(message, json, h);
      seconds('ok', start);
    } catch (error) {
      this.db.recordFailure(error);
      const { body, retryAfter } = toProblem(error, known, this.log);
      const h = headers();
      h.append('problem', body.code);
      if (retryAfter) h.append('retry-after', String(retryAfter));
      this.respond(message, JSON.stringify(body), h);
      seconds(body.code, start);
    } finally {
      this.unanswered.remove(slot);
    }
  }

  private latenessOf({ headers, reply = '' }: Msg): number {
    return this.transit.lateness(reply.slice(0, reply.lastIndexOf('.')), sentAt(headers));
  }

  private respond(message: Msg, payload: string, h?: MsgHdrs): void {
    this.turn.schedule(() => {
      try {
        message.respond(payload, h && { headers: h });
      } catch (error) {
        this.log.error({ error, subject: message.subject, bytes: payload.length }, 'an answer could not be sent');
        const { body } = AnswerTooLarge();
        const failed = headers();
        failed.append('problem', body.code);
        if (!this.connections.requests.isClosed()) message.respond(JSON.stringify(body), { headers: failed });
      }
    });
  }

  private tellWorking(): void {
    for (const [, message] of this.unanswered) {
      const h = headers();
      h.append('working', '1');
      message.respond('', { headers: h });
    }
    for (const [, message] of this.inHand) message.working();
  }

  /** Made once, by whoever comes first. What a later release would set otherwise is the operator's to change. */
  private async ensureStream(): Promise<void> {
    const { streams } = await jetstreamManager(this.connections.events);
    const exists = await streams.info(STREAM).then(
      () => true,
      () => false,
    );
    if (exists) return;
    const settings = { retention: RetentionPolicy.Limits, storage: StorageType.File, max_age: 7 * DAY_NS };
    await streams.add({ name: STREAM, subjects: ['event.>'], ...settings });
  }

  private async consume(handler: MessageHandler): Promise<void> {
    const { event, idempotent } = handler.extras as { event: Event; idempotent: boolean };
    const durable = `${this.service}-${event.context}-${event.name}`;
    const { consumers } = await jetstreamManager(this.connections.events);
    const reception = { filter_subject: event.subject, ack_wait: ACK_WAIT_NS, max_ack_pending: IN_HAND_MAX };
    const kept = { durable_name: durable, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All };
    await consumers.add(STREAM, { ...kept, ...reception }).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_EXISTS) throw error;
      return consumers.update(STREAM, durable, reception);
    });
    const consumer = await jetstream(this.connections.events).consumers.get(STREAM, durable);
    const hear = (payload: object, ctx: Ctx) => settled(handler(payload, ctx));
    const taking = new EventConsumer(durable, event, hear, idempotent, this.db, this.log);
    const callback = (message: JsMsg) => {
      const slot = this.inHand.insert(message);
      this.track(taking.take(message).finally(() => this.inHand.remove(slot)));
    };
    this.consumers.push(await consumer.consume({ callback, max_messages: IN_HAND_MAX }));
  }

  private track(work: Promise<void>): void {
    const slot = this.working.insert(work);
    void work.finally(() => this.working.remove(slot));
  }
}

/** Nest wraps a thrown error in an Observable. */
const settled = async (answer: Promise<unknown>): Promise<unknown> => {
  const result = await answer;
  return isObservable(result) ? firstValueFrom(result) : result;
};

/** The caller's tenant; where nobody has signed in the one that the input names, if it names one. */
function tenantOf(ctx: Ctx, input: { tenant_id?: unknown }): string {
  if (ctx.tenant) return ctx.tenant;
  return typeof input.tenant_id === 'string' ? input.tenant_id : '';
}

function parse(text: string): unknown {
  if (!text) return {};
  const json = JSON.parse(text) as unknown;
  const fault = findUnstorableText(text, json) ?? findInexactNumber(text);
  if (fault) throw InvalidInput([fault]);
  return json;
}
