import {
  DeadlineExceeded,
  type Event,
  type Broadcast,
  isRaw,
  isRows,
  type Operation,
  type Page,
  Problem,
  type ProblemBody,
  revive,
  TooLarge,
  Unavailable,
} from '@skep/contracts';
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type Ctx, writeCtx } from './context.js';
import { SlotMap } from './slot-map.js';
import { assertMayCall } from './transaction.js';
import { WriteCoalescer } from './write-coalescer.js';

/**
 * An answer as it came: its bytes, of JSON or of the operation's media type; how many rows there are in all where the operation pages; how many it holds where that is not all
 * that was asked for: then `offset` asks for the rest.
 */
export interface Reply {
  bytes: Uint8Array;
  total?: number;
  held?: number;
}

interface Waiting {
  /** Tells it from those who had its slot before, whose answers may be late. */
  id: string;
  resolve: (reply: Reply) => void;
  reject: (problem: Problem) => void;
  deadline: number;
  /** When silence begins to mean that whoever took the request has died. */
  silence: number;
}

/** Characters. The server's `max_payload` of 4 MB leaves room for three bytes a character, and for headers. */
const INPUT_MAX = 1_300_000;
const SWEEP_MS = 50;
/** A service that works says so every second (`WORKING_MS`), so this much silence is no work. */
const SILENCE_MS = 4_000;

/**
 * The only way to ask another service. One inbox subscription takes all the replies: the client's own request() makes
 * timers and promises for each, which costs a third of the throughput.
 */
export class Bus {
  private readonly waiting = new SlotMap<Waiting>();
  private readonly inbox: string;
  private readonly sweeper: NodeJS.Timeout;
  private readonly turn = new WriteCoalescer();
  private connected = true;
  private count = 0;

  /** `user`: the NATS user, under whose name the inboxes lie. */
  constructor(
    readonly connection: NatsConnection,
    user: string,
  ) {
    this.inbox = `${createInbox(`_INBOX.${user}`)}.`;
    connection.subscribe(`${this.inbox}*`, { callback: (_, message) => this.take(message) });
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
    void this.watch();
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /**
   * Asks the owner of an operation and reads the answer, in parts where it has many bytes: Dates are Dates.
   * @throws Problem as the owner threw it; `unavailable` when nobody answers; `deadline_exceeded`.
   */
  async call<I extends object, O>(operation: Operation<I, O>, ctx: Ctx, input: I): Promise<O> {
    const { bytes, total, held } = await this.forward(operation, ctx, JSON.stringify(input));
    const { output } = operation;
    const text = Buffer.from(bytes).toString();
    if (isRaw(output)) return text as O;
    const json = JSON.parse(text) as unknown;
    if (!isRows(output)) return revive(output, json);
    const rows = (json as unknown[]).map((row) => revive(output.of, row));
    if (held !== undefined) {
      const rest = await this.call(operation, ctx, after(input, held));
      rows.push(...(output.kind === 'page' ? (rest as Page<object>).rows : (rest as object[])));
    }
    return (output.kind === 'page' ? ({ rows, total: total ?? rows.length } satisfies Page<object>) : rows) as O;
  }

  /** `call` for one who only passes bytes on. Same problems. */
  async forward(operation: Operation, ctx: Ctx, input: string): Promise<Reply> {
    assertMayCall(operation.subject);
    if (!this.connected) throw Unavailable(undefined, 1);
    if (input.length > INPUT_MAX) throw TooLarge();
    return new Promise<Reply>((resolve, reject) => {
      const id = (this.count++).toString(36);
      const slot = this.waiting.insert({ id, resolve, reject, deadline: ctx.deadline, silence: Date.now() + SILENCE_MS });
      this.turn.schedule(() => {
        try {
          this.connection.publish(operation.subject, input, { reply: `${this.inbox}${slot}-${id}`, headers: writeCtx(ctx) });
        } catch {
          if (this.waiting.get(slot)?.id === id) this.waiting.remove(slot);
          reject(Unavailable(undefined, 1));
        }
      });
    });
  }

  /** Nudges whoever listens at this moment. */
  broadcast<P extends object>(hint: Broadcast<P>, payload: P): void {
    if (this.connected) this.connection.publish(hint.subject, JSON.stringify(payload));
  }

  /** Hears hints, and events as they pass by, in every instance and without any memory: what is missed is missed. */
  subscribe<P extends object>(told: Broadcast<P> | Event<P>, listener: (payload: P) => void): void {
    this.connection.subscribe(told.subject, { callback: (_, message) => listener(revive(told.payload, message.json())) });
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    this.turn.flush();
    if (!this.connection.isClosed()) await (this.connected ? this.connection.drain() : this.connection.close());
  }

  private take(message: Msg): void {
    const [slot, id] = message.subject.slice(this.inbox.length).split('-');
    const waiting = this.waiting.get(Number(slot));
    if (!waiting || waiting.id !== id) return;
    const { headers, data } = message;
    if (headers?.has('working')) return void (waiting.silence = Date.now() + SILENCE_MS);
    this.waiting.remove(Number(slot));
    if (headers?.code === 503) return waiting.reject(Unavailable(undefined, 1));
    if (headers?.has('problem')) {
      const wait = headers.get('retry-after');
      return waiting.reject(new Problem(message.json<ProblemBody>(), wait ? Number(wait) : undefined));
    }
    if (!headers) return waiting.resolve({ bytes: data });
    const number = (name: string) => (headers.has(name) ? Number(headers.get(name)) : undefined);
    waiting.resolve({ bytes: data, total: number('total'), held: number('held') });
  }

  private sweep(): void {
    const now = Date.now();
    for (const [slot, { deadline, silence, reject }] of this.waiting) {
      if (deadline > now && silence > now) continue;
      this.waiting.remove(slot);
      reject(deadline > now ? Unavailable(undefined, 1) : DeadlineExceeded(undefined, 1));
    }
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.connected = true;
      if (type !== 'disconnect') continue;
      this.connected = false;
      for (const [slot, { reject }] of this.waiting) {
        this.waiting.remove(slot);
        reject(Unavailable(undefined, 1));
      }
    }
  }
}

/** The input that asks for what comes after so many rows. */
function after<I extends { offset?: number; limit?: number }>(input: I, held: number): I {
  const { offset = 0, limit } = input;
  return { ...input, offset: offset + held, ...(limit !== undefined && { limit: limit - held }) };
}
