import {
  DeadlineExceeded,
  type Event,
  type Broadcast,
  fieldsOf,
  isEvents,
  isRaw,
  isRows,
  type Operation,
  type Page,
  Problem,
  type ProblemBody,
  revive,
  RunRef,
  TooLarge,
  type Type,
  Unavailable,
} from '@skep/contracts';
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Ctx, writeCtx } from './context.js';
import type { Declaration } from './declaration.js';
import { PART, PARTS } from './parts.js';
import { SlotMap } from './slot-map.js';
import type { Tracer } from './tracing/tracer.js';
import { assertMayCall } from './transaction.js';
import { WriteCoalescer } from './write-coalescer.js';

/** The answer to a request, not parsed. */
export interface Reply {
  /** JSON, or the operation's media type. */
  bytes: Uint8Array;
  /** The number of rows that match, if the operation returns a page; at most 10,000. */
  total?: number | undefined;
  /** Whether more rows match than `total`. */
  capped?: boolean;
  /** The cursor after the last row, if more rows follow. */
  next?: string | undefined;
  /** The number of rows in this reply, if more were requested than fit. A request with a larger `offset` gets the rest. */
  held?: number | undefined;
}

interface PendingRequest {
  /** Rejects late replies to a previous occupant of this slot. */
  id: string;
  resolve: (reply: Reply) => void;
  reject: (problem: Problem) => void;
  /** Milliseconds since 1970. */
  deadline: number;
  /** Milliseconds since 1970 after which a service that has sent nothing counts as dead. */
  silentUntil: number;
  /** Gets each part of the answer that is sent before it. */
  onPart?: OnPart | undefined;
}

/** Gets a part of an answer: JSON that the service sent with `sendPart`. */
export type OnPart = (part: Uint8Array) => void;

/** What a process gives its bus. */
export interface BusOptions {
  /** What the process may call, broadcast and listen to; without one, everything. */
  declaration?: Declaration;
  /** Undefined if traces are off. */
  tracer?: Tracer | undefined;
}

/** Bytes of the headers of a request, for which the `max_payload` of the server leaves room. */
const HEADER_BYTES_MAX = 64 * 1024;
const EXPIRY_CHECK_MS = 50;
/** A service reports progress every second (`PROGRESS_MS` in nats.strategy.ts), so a longer silence means that it died. */
const SILENCE_MS = 4_000;

/**
 * Calls other services, and broadcasts. One inbox subscription receives all replies: the client's own `request()` creates
 * a timer and promises per request, which costs a third of the throughput.
 */
export class Bus {
  private readonly pending = new SlotMap<PendingRequest>();
  private readonly inbox: string;
  private readonly expiryTimer: NodeJS.Timeout;
  private readonly writes = new WriteCoalescer();
  private connected = true;
  private count = 0;
  private readonly declared?: Record<'calls' | 'listens' | 'publishes', ReadonlySet<string>>;

  /** @param user the NATS user: its permissions allow the inboxes with this prefix only */
  constructor(
    readonly connection: NatsConnection,
    user: string,
    private readonly options: BusOptions = {},
  ) {
    const { declaration } = options;
    const subjects = (members: readonly { subject: string }[]) => new Set(members.map(({ subject }) => subject));
    if (declaration) {
      const { calls, listens, publishes } = declaration;
      this.declared = { calls: subjects(calls), listens: subjects(listens), publishes: subjects(publishes) };
    }
    this.inbox = `${createInbox(`_INBOX.${user}`)}.`;
    connection.subscribe(`${this.inbox}*`, { callback: (_, message) => this.receive(message) });
    this.expiryTimer = setInterval(() => this.rejectExpired(), EXPIRY_CHECK_MS).unref();
    void this.watchConnection();
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /**
   * Sends a request to the service that owns an operation and parses the answer. Times become `Date`s. A long page, and a list whose
   * input has no limit, is fetched in several requests.
   * @throws Problem as the owner threw it; `unavailable` if no service answers; `deadline_exceeded`
   */
  async call<I extends object, O>(operation: Operation<I, O>, ctx: Ctx, input: I): Promise<O> {
    const { output } = operation;
    const reply = await this.forward(operation, ctx, JSON.stringify(input));
    if (isRaw(output)) return textOf(reply) as O;
    if (!isRows(output)) return revive<object>(isEvents(output) ? RunRef : output, JSON.parse(textOf(reply))) as O;
    const rows: object[] = [];
    for (let part = reply; ;) {
      for (const row of JSON.parse(textOf(part)) as unknown[]) rows.push(revive(output.of, row));
      if (!isContinued(operation, part)) break;
      part = await this.forward(operation, ctx, JSON.stringify(toNextInput(input, rows.length, part.next)));
    }
    return (output.kind === 'page' ? ({ rows, total: reply.total ?? rows.length } satisfies Page<object>) : rows) as O;
  }

  /**
   * Like `call`, for an operation whose handler sends parts of its answer while it works, such as the text of a language model. Parts arrive in
   * order and before the answer, which has all of them; a stored answer has none.
   */
  async callInParts<I extends object, O, P>(operation: Operation<I, O>, ctx: Ctx, input: I, onPart: (part: P) => void): Promise<O> {
    // In the context of the caller, whose own handler may pass parts on.
    const receive: OnPart = AsyncLocalStorage.bind((part: Uint8Array) => onPart(JSON.parse(Buffer.from(part).toString()) as P));
    const reply = await this.forward(operation, ctx, JSON.stringify(input), receive);
    return revive<object>(operation.output as Type, JSON.parse(textOf(reply))) as O;
  }

  /** Like `call`, without parsing input or answer. Throws the same problems. */
  forward(operation: Operation, ctx: Ctx, input: string, onPart?: OnPart): Promise<Reply> {
    const { tracer } = this.options;
    if (!tracer) return this.send(operation, ctx, input, undefined, onPart);
    return tracer.call(operation, ctx, (trace) => this.send(operation, ctx, input, trace, onPart));
  }

  /** Whether the server takes an input. A character has three bytes at most. */
  private fits(input: string): boolean {
    const most = (this.connection.info?.max_payload ?? 0) - HEADER_BYTES_MAX;
    return input.length * 3 <= most || Buffer.byteLength(input) <= most;
  }

  private async send(operation: Operation, ctx: Ctx, input: string, trace?: string, onPart?: OnPart): Promise<Reply> {
    if (this.declared && !this.declared.calls.has(operation.subject)) throw this.undeclared('call', operation.subject, 'calls');
    assertMayCall(operation.subject);
    if (!this.connected) throw Unavailable(undefined, 1);
    if (!this.fits(input)) throw TooLarge();
    return new Promise<Reply>((resolve, reject) => {
      const id = (this.count++).toString(36);
      const slot = this.pending.insert({ id, resolve, reject, deadline: ctx.deadline, silentUntil: Date.now() + SILENCE_MS, onPart });
      this.writes.schedule(() => {
        try {
          const headers = writeCtx(ctx, trace);
          if (onPart) headers.append(PARTS, '1');
          this.connection.publish(operation.subject, input, { reply: `${this.inbox}${slot}-${id}`, headers });
        } catch {
          if (this.pending.get(slot)?.id === id) this.pending.remove(slot);
          reject(Unavailable(undefined, 1));
        }
      });
    });
  }

  /** Publishes a message that the process declares to all running instances that subscribe to it. It may be lost. */
  broadcast<P extends object>(message: Broadcast<P>, payload: P): void {
    if (this.declared && !this.declared.publishes.has(message.subject))
      throw new Error(`${this.options.declaration?.name} may not publish ${message.subject}: it belongs to another context`);
    if (this.connected) this.connection.publish(message.subject, JSON.stringify(payload));
  }

  /** Receives broadcasts, or events as they are published. Every instance receives each one; what is sent while it is disconnected is lost. */
  subscribe<P extends object>(source: Broadcast<P> | Event<P>, listener: (payload: P) => void): void {
    if (this.declared && !this.declared.listens.has(source.subject)) throw this.undeclared('subscribe to', source.subject, 'listens');
    this.connection.subscribe(source.subject, { callback: (_, message) => listener(revive(source.payload, message.json())) });
  }

  async close(): Promise<void> {
    clearInterval(this.expiryTimer);
    this.writes.flush();
    if (!this.connection.isClosed()) await (this.connected ? this.connection.drain() : this.connection.close());
  }

  private undeclared(what: string, subject: string, list: string): Error {
    return new Error(
      `${this.options.declaration?.name} may not ${what} ${subject}: add it to \`${list}\` of an aggregate, then run npm run generate`,
    );
  }

  private receive(message: Msg): void {
    const [slot, id] = message.subject.slice(this.inbox.length).split('-');
    const request = this.pending.get(Number(slot));
    if (!request || request.id !== id) return;
    const { headers, data } = message;
    if (headers?.has('working')) return void (request.silentUntil = Date.now() + SILENCE_MS);
    if (headers?.has(PART)) {
      request.silentUntil = Date.now() + SILENCE_MS;
      return request.onPart?.(data);
    }
    this.pending.remove(Number(slot));
    if (headers?.code === 503) return request.reject(Unavailable(undefined, 1));
    if (headers?.has('problem')) {
      const wait = headers.get('retry-after');
      return request.reject(new Problem(message.json<ProblemBody>(), wait ? Number(wait) : undefined));
    }
    if (!headers) return request.resolve({ bytes: data });
    const number = (name: string) => (headers.has(name) ? Number(headers.get(name)) : undefined);
    const next = headers.has('next') ? headers.get('next') : undefined;
    request.resolve({ bytes: data, total: number('total'), held: number('held'), next, capped: headers.has('capped') });
  }

  private rejectExpired(): void {
    const now = Date.now();
    for (const [slot, { deadline, silentUntil, reject }] of this.pending) {
      if (deadline > now && silentUntil > now) continue;
      this.pending.remove(slot);
      reject(deadline > now ? Unavailable(undefined, 1) : DeadlineExceeded(undefined, 1));
    }
  }

  private async watchConnection(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.connected = true;
      if (type !== 'disconnect') continue;
      this.connected = false;
      for (const [slot, { reject }] of this.pending) {
        this.pending.remove(slot);
        reject(Unavailable(undefined, 1));
      }
    }
  }
}

const textOf = ({ bytes }: Reply): string => Buffer.from(bytes).toString();

/** Whether a reply contains only a part of what was requested: as many rows as fit, or the first rows of a list without a `limit`. */
const isContinued = ({ input }: Operation, { held, next }: Reply): boolean =>
  held !== undefined || (next !== undefined && !fieldsOf(input).some(({ key }) => key === 'limit' || key === 'per_page'));

/** The input that requests the rows after the first `held` ones: after their cursor, if the list has cursors. */
function toNextInput<I extends { offset?: number; limit?: number }>(input: I, held: number, cursor?: string): I {
  const { offset = 0, limit } = input;
  const rest = { ...input, ...(limit !== undefined && { limit: limit - held }) };
  return cursor === undefined ? { ...rest, offset: offset + held } : { ...rest, cursor };
}
