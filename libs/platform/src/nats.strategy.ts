import {
  AnswerTooLarge,
  type Contract,
  DeadlineExceeded,
  type Event,
  InvalidInput,
  type Operation,
  read,
  type StoredFile,
  uploadsOf,
} from '@skep/contracts';
import { type ConsumerMessages, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { headers, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { firstValueFrom, isObservable } from 'rxjs';
import { type Ctx, ownerOf, readCtx, sentAt, tenantOf } from './context.js';
import type { Database } from './database.js';
import { EventConsumer } from './event-consumer.js';
import { ensureConsumer, type EventStream, MAX_IN_PROGRESS, STREAM } from './event-stream.js';
import { toProblem } from './faults.js';
import { Idempotency } from './idempotency.js';
import { findInexactNumber } from './inexact-number.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { OwnedObjects } from './objects/owned-objects.js';
import { runForOwner } from './owner.js';
import { PART, PARTS, withParts } from './parts.js';
import type { Run } from './runs/run.js';
import type { RunKind } from './runs/run-kind.js';
import type { RunHandler } from './runs/run-worker.js';
import { SlotMap } from './slot-map.js';
import type { Span } from './tracing/span.js';
import type { Tracer } from './tracing/tracer.js';
import { DelayEstimator } from './delay-estimator.js';
import { WriteCoalescer } from './write-coalescer.js';
import { findUnstorableText } from './unstorable-text.js';
import { compileWriter, type WrittenAnswer } from './compile-writer.js';

/** How often a service reports to callers and to JetStream that it still works on their requests and events. */
const PROGRESS_MS = 1_000;

/**
 * Nest's transport over NATS. Requests arrive over core NATS in a queue group of the service; events arrive from durable JetStream
 * consumers, which keep them until the service acknowledges them.
 */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  private readonly subscriptions: Subscription[] = [];
  private readonly consumers: ConsumerMessages[] = [];
  private readonly inProgress = new SlotMap<Promise<void>>();
  readonly idempotency: Idempotency;
  private readonly requestDelay = new DelayEstimator();
  private readonly writes = new WriteCoalescer();
  private readonly pendingRequests = new SlotMap<Msg>();
  private readonly pendingEvents = new SlotMap<JsMsg>();
  private readonly progressTimer = setInterval(() => this.reportProgress(), PROGRESS_MS).unref();

  constructor(
    private readonly service: string,
    private readonly contract: Contract,
    private readonly connections: { requests: NatsConnection; events: NatsConnection },
    private readonly stream: EventStream,
    private readonly db: Database,
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly tracer?: Tracer,
    private readonly objects?: OwnedObjects,
  ) {
    super();
    this.idempotency = new Idempotency(db, log);
  }

  /** @throws Error (through the callback) naming every operation of the contract that has no handler, or two. */
  listen(done: (error?: unknown) => void): void {
    this.bind().then(() => done(), done);
  }

  /** Stops receiving, and waits for the work in progress. */
  async close(): Promise<void> {
    await Promise.all([...this.subscriptions.map((s) => s.drain()), ...this.consumers.map((c) => c.close())]);
    await Promise.all(Array.from(this.inProgress, ([, work]) => work));
    this.writes.flush();
    clearInterval(this.progressTimer);
    await this.idempotency.stop();
  }

  /** Answers an operation that is not in the contract, before it listens. */
  answerOperation<I extends object, O>(operation: Operation<I, O>, handle: (input: I, ctx: Ctx) => Promise<O>): void {
    this.addHandler(operation.subject, handle, false, { operation });
  }

  /** What the runs of each kind do, by its name. Complete once it listens. */
  runHandlers(): Map<string, RunHandler> {
    const handlers = [...this.messageHandlers.values()].flatMap((handler) => {
      const kind = handler.extras?.['run'] as RunKind | undefined;
      return kind ? [{ kind, handle: (run: Run, input: object) => unwrapResult(handler(input, run)) }] : [];
    });
    return new Map(handlers.map((handler) => [handler.kind.name, handler]));
  }

  on(): never {
    throw new Error('not supported: the connection reports its own state');
  }

  unwrap<T>(): T {
    return this.connections.requests as T;
  }

  private async bind(): Promise<void> {
    const missing = Object.values(this.contract).filter(
      (member) => member.kind === 'operation' && !this.messageHandlers.has(member.subject),
    );
    if (missing.length) throw new Error(`${this.service} has no handler for ${missing.map(({ name }) => name).join(', ')}`);
    const events = [...this.messageHandlers.values()].filter(({ extras }) => extras?.['event']);
    // Publishers need the stream too.
    if (events.length || Object.values(this.contract).some(({ kind }) => kind === 'event')) await this.stream.ensure();
    await Promise.all(events.map((handler) => this.consume(handler)));
    for (const handler of this.messageHandlers.values()) if (handler.extras?.['operation']) this.subscribe(handler);
    await this.connections.requests.flush();
  }

  private subscribe(handler: MessageHandler): void {
    const operation = (handler.extras as { operation: Operation }).operation;
    const uploads = uploadsOf(operation.input);
    if (uploads.length && !this.objects)
      throw new Error(`${operation.subject} takes files: its service needs the setting SKEP_OBJECTS, see ObjectsUrl`);
    const write = compileWriter(operation);
    const recordDuration = this.metrics.operation(operation);
    const answerOnly = (message: Msg, span?: Span) => this.answer(operation, handler, write, recordDuration, message, span);
    const answer = uploads.length
      ? (message: Msg, span?: Span) => answerOnly(message, span).finally(() => this.removeUnkept(uploads, message))
      : answerOnly;
    const { tracer } = this;
    const callback = (_: unknown, message: Msg) =>
      this.track(tracer ? tracer.answer(operation, message.headers?.get('traceparent'), (span) => answer(message, span)) : answer(message));
    this.subscriptions.push(this.connections.requests.subscribe(operation.subject, { queue: this.service, callback }));
  }

  private async answer(
    operation: Operation,
    handler: MessageHandler,
    write: ReturnType<typeof compileWriter>,
    recordDuration: ReturnType<Metrics['operation']>,
    message: Msg,
    span?: Span,
  ): Promise<void> {
    const start = performance.now();
    let requestCtx: Ctx | undefined;
    const slot = this.pendingRequests.insert(message);
    try {
      const ctx = (requestCtx = readCtx(message.headers, this.delayOf(message), span?.trace));
      if (ctx.deadline < Date.now()) throw DeadlineExceeded();
      const text = message.string();
      const input = read(operation.input, parseInput(text));
      const answer = () => unwrapResult(handler(input, ctx));
      const handle = message.headers?.has(PARTS) ? () => withParts((part) => this.sendPart(message, part), answer) : answer;
      const once = () => this.idempotency.once(operation, ctx, text, handle, write);
      const written = await runForOwner(ownerOf(ctx), () => this.db.inTenant(tenantOf(ctx, input), once));
      this.respond(message, written.json, pageHeaders(written));
      recordDuration('ok', start);
    } catch (error) {
      this.db.recordFailure(error);
      const problem = toProblem(error, requestCtx, this.log);
      const { body, retryAfter } = problem;
      span?.fail(problem);
      const h = headers();
      h.append('problem', body.code);
      if (retryAfter) h.append('retry-after', String(retryAfter));
      this.respond(message, JSON.stringify(body), h);
      recordDuration(body.code, start);
    } finally {
      this.pendingRequests.remove(slot);
    }
  }

  /** Removes the uploaded files that the handler did not keep: it refused them, or a repeated request got the answer of the first. */
  private async removeUnkept(uploads: readonly string[], message: Msg): Promise<void> {
    const { objects } = this;
    await objects?.attempt(async () => {
      const files = message.json<Record<string, StoredFile | undefined>>();
      await objects.removeUnkept(uploads.flatMap((key) => files[key]?.object_id ?? []));
    });
  }

  private delayOf({ headers, reply = '' }: Msg): number {
    return this.requestDelay.measureDelay(reply.slice(0, reply.lastIndexOf('.')), sentAt(headers));
  }

  private sendPart(message: Msg, part: object): void {
    const h = headers();
    h.append(PART, '1');
    this.respond(message, JSON.stringify(part), h);
  }

  private respond(message: Msg, payload: string, h?: MsgHdrs): void {
    this.writes.schedule(() => {
      try {
        message.respond(payload, h && { headers: h });
      } catch (error) {
        this.log.error({ error, subject: message.subject, bytes: payload.length }, 'could not send an answer');
        const { body } = AnswerTooLarge();
        const failed = headers();
        failed.append('problem', body.code);
        if (!this.connections.requests.isClosed()) message.respond(JSON.stringify(body), { headers: failed });
      }
    });
  }

  private reportProgress(): void {
    for (const [, message] of this.pendingRequests) {
      const h = headers();
      h.append('working', '1');
      message.respond('', { headers: h });
    }
    for (const [, message] of this.pendingEvents) message.working();
  }

  private async consume(handler: MessageHandler): Promise<void> {
    const { event, idempotent } = handler.extras as { event: Event; idempotent: boolean };
    const durable = await ensureConsumer(await jetstreamManager(this.connections.events), this.service, event.subject);
    const consumer = await jetstream(this.connections.events).consumers.get(STREAM, durable);
    this.stream.addConsumer(durable);
    const { tracer } = this;
    const run = (payload: object, ctx: Ctx) => unwrapResult(handler(payload, ctx));
    const handle = tracer ? (payload: object, ctx: Ctx) => tracer.consume(event, durable, ctx, (ctx) => run(payload, ctx)) : run;
    const eventConsumer = new EventConsumer(durable, event, handle, idempotent, this.db, this.log);
    const callback = (message: JsMsg) => {
      const slot = this.pendingEvents.insert(message);
      this.track(eventConsumer.consume(message).finally(() => this.pendingEvents.remove(slot)));
    };
    this.consumers.push(await consumer.consume({ callback, max_messages: MAX_IN_PROGRESS }));
  }

  private track(work: Promise<void>): void {
    const slot = this.inProgress.insert(work);
    void work.finally(() => this.inProgress.remove(slot));
  }
}

/** Resolves or throws like the handler. Nest wraps a thrown error in an Observable. */
const unwrapResult = async (answer: Promise<unknown>): Promise<unknown> => {
  const result = await answer;
  return isObservable(result) ? firstValueFrom(result) : result;
};

/** What the caller of a list needs beside its rows; undefined for other answers. */
function pageHeaders({ total, total_capped, held, next }: WrittenAnswer): MsgHdrs | undefined {
  if (total === undefined && held === undefined && next === undefined) return undefined;
  const h = headers();
  for (const [name, value] of Object.entries({ total, capped: total_capped || undefined, held, next }))
    if (value !== undefined) h.append(name, String(value));
  return h;
}

/** @throws Problem `invalid_input` for text or numbers that cannot be stored exactly */
function parseInput(text: string): unknown {
  if (!text) return {};
  const json = JSON.parse(text) as unknown;
  const fault = findUnstorableText(text, json) ?? findInexactNumber(text);
  if (fault) throw InvalidInput([fault]);
  return json;
}
