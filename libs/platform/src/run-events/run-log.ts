import { Unavailable } from '@skep/contracts';
import { DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';
import { END, ensureRunLog, type LogEntry, RUN_LOG, runSubject } from './log.js';

/** An event of a run, as it is shown. */
export interface RunEvent {
  /** The position after this event, for `parsePosition`. */
  id: string;
  type: string;
  data: unknown;
  /** Whether events before it are missing. */
  isGap: boolean;
}

/** Reads the events of one run. */
export interface RunReader {
  /** The run, and its owner's context. */
  run: string;
  context: string;
  /** Aborted when it stops reading. */
  signal: AbortSignal;
  onEvent(event: RunEvent): void;
  /** The run may have ended; no event of it follows if it has. */
  onEnd(): void;
  /** Events may be missing from now on: read again from the last position. */
  onLost(): void;
  /** Resolves when it can take more of what is read back. */
  ready(): Promise<void>;
}

/** Where to read on: after a message of the log and an event of the run, or from a time, which must not be after the run's start. */
export type LogPosition = { after: number; attempt: number; number: number } | { since: Date };

/** A reader, and the last event that it was given. */
interface Cursor {
  reader: RunReader;
  attempt: number;
  number: number;
}

/** Readers that begin within this time, from places near each other, read back together. */
const GATHER_MS = 10;
const NEAR_MESSAGES = 500;
const NEAR_MS = 10_000;

/** How long the server keeps a request for messages; after an outage, whether the consumer still exists is asked again within this time. */
const EXPIRES_MS = 5_000;

const formatPosition = (message: number, attempt: number, number: number) => `${message}-${attempt}-${number}`;

/** The `id` of a position after a message, for readers that begin there. */
export const positionAfter = (message: number): string => formatPosition(message + 1, 0, 0);

/** By how much the clocks of Postgres and NATS may differ. */
const CLOCKS_MS = 2_000;

/** The position before the first event of a run that was started so long ago. */
export const positionAtStart = (age_ms: number): LogPosition => ({ since: new Date(Date.now() - age_ms - CLOCKS_MS) });

/** Reads the `id` of an event. Undefined if it is not one. The message that holds the event is read again: it may hold later ones too. */
export function parsePosition(id: string): LogPosition | undefined {
  const [, message, attempt, number] = /^(\d{1,15})-(\d{1,9})-(\d{1,9})$/.exec(id) ?? [];
  return message === undefined ? undefined : { after: Number(message) - 1, attempt: Number(attempt), number: Number(number) };
}

/**
 * Reads the events of runs of all services for any number of readers. One consumer follows the log; a reader that begins elsewhere first reads
 * back with a consumer of its own, until it has what the first one has.
 */
export class RunLog {
  private readonly live = new Map<string, Set<Cursor>>();
  /** The readers that have begun and are about to read back, by context and place. */
  private readonly gathered = new Map<string, { cursors: Cursor[]; from: LogPosition[]; done: Promise<void> }>();
  private following?: Promise<void> | undefined;
  /** The last message that was delivered live, and the last one of each context. */
  private delivered = 0;
  private readonly deliveredOf = new Map<string, number>();
  private waiters: { until: number; resolve: () => void }[] = [];

  constructor(
    private readonly connection: NatsConnection,
    private readonly log: Log,
  ) {}

  /** The current end of the log. Events that follow it come live. @throws Problem `unavailable` if JetStream does not answer */
  async end(): Promise<LogPosition & { after: number }> {
    await this.follow();
    return { after: this.delivered, attempt: 0, number: 0 };
  }

  /**
   * Gives the reader the events after a position, then those that follow. Resolves once it has all that were in the log.
   * @throws Problem `unavailable` if JetStream does not answer
   */
  async read(reader: RunReader, from: LogPosition): Promise<void> {
    await this.follow();
    const { attempt, number } = 'after' in from ? from : { attempt: 0, number: 0 };
    const cursor = { reader, attempt, number };
    if ('after' in from && from.after >= this.delivered) this.attach(cursor);
    else await this.readBack(cursor, from);
  }

  /** The events of a run that are in the log now, after a position. @throws Problem `unavailable` if JetStream does not answer */
  async collect({ run, context }: Pick<RunReader, 'run' | 'context'>, from: LogPosition): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    const stop = new AbortController();
    const ignore = () => undefined;
    const onEvent = (event: RunEvent) => void events.push(event);
    try {
      await this.read({ run, context, signal: stop.signal, onEvent, onEnd: ignore, onLost: ignore, ready: () => Promise.resolve() }, from);
      return events;
    } finally {
      stop.abort();
    }
  }

  /** Resolves when the live readers have everything that is in the log now. */
  async settled(): Promise<void> {
    await this.follow();
    const { state } = await (await jetstreamManager(this.connection, { checkAPI: false })).streams.info(RUN_LOG);
    if (this.delivered < state.last_seq) await new Promise<void>((resolve) => this.waiters.push({ until: state.last_seq, resolve }));
  }

  private follow(): Promise<void> {
    return (this.following ??= this.open().catch((error: unknown) => {
      this.following = undefined;
      this.log.warn({ error }, 'the events of runs cannot be read');
      throw Unavailable(undefined, 1);
    }));
  }

  private async open(): Promise<void> {
    await ensureRunLog(this.connection);
    const { state } = await (await jetstreamManager(this.connection, { checkAPI: false })).streams.info(RUN_LOG);
    this.delivered = state.last_seq;
    this.deliveredOf.clear();
    const from = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: state.last_seq + 1 };
    const consumer = await jetstream(this.connection).consumers.get(RUN_LOG, from);
    const messages = await consumer.consume({
      max_messages: 500,
      expires: EXPIRES_MS,
      abort_on_missing_resource: true,
      callback: (message) => this.onMessage(message),
    });
    void messages.closed().then(() => this.onClosed());
  }

  private onMessage(message: JsMsg): void {
    for (const entry of message.json<LogEntry[]>()) for (const cursor of this.live.get(entry[0]) ?? []) deliver(cursor, entry, message.seq);
    this.delivered = message.seq;
    this.deliveredOf.set(message.subject, message.seq);
    if (this.waiters.length) this.resolveWaiters();
  }

  private resolveWaiters(): void {
    for (const { until, resolve } of this.waiters) if (until <= this.delivered) resolve();
    this.waiters = this.waiters.filter(({ until }) => until > this.delivered);
  }

  /** The stream was deleted, or the connection has closed. */
  private onClosed(): void {
    this.following = undefined;
    for (const { resolve } of this.waiters.splice(0)) resolve();
    for (const cursors of [...this.live.values()]) for (const { reader } of cursors) reader.onLost();
  }

  private attach(cursor: Cursor): void {
    const { run, signal } = cursor.reader;
    if (signal.aborted) return;
    const cursors = this.live.get(run) ?? new Set();
    this.live.set(run, cursors.add(cursor));
    const detach = () => {
      cursors.delete(cursor);
      if (!cursors.size) this.live.delete(run);
    };
    signal.addEventListener('abort', detach, { once: true });
  }

  private readBack(cursor: Cursor, from: LogPosition): Promise<void> {
    const { context } = cursor.reader;
    const near =
      'after' in from ? `message ${Math.floor(from.after / NEAR_MESSAGES)}` : `time ${Math.floor(from.since.getTime() / NEAR_MS)}`;
    const key = `${context} ${near}`;
    let group = this.gathered.get(key);
    if (!group) {
      const [cursors, positions]: [Cursor[], LogPosition[]] = [[], []];
      const done = sleep(GATHER_MS).then(() => {
        this.gathered.delete(key);
        return this.readTogether(runSubject(context), cursors, earliest(positions));
      });
      this.gathered.set(key, (group = { cursors, from: positions, done }));
    }
    group.cursors.push(cursor);
    group.from.push(from);
    return group.done;
  }

  /** Reads the messages of a subject from a place, until there are no more than those that were delivered live. */
  private async readTogether(subject: string, cursors: Cursor[], start: object): Promise<void> {
    const byRun = Map.groupBy(cursors, ({ reader }) => reader.run);
    const before = this.deliveredOf.get(subject);
    const consumer = await jetstream(this.connection).consumers.get(RUN_LOG, { ...start, filter_subjects: subject });
    const attachAll = () => cursors.forEach((cursor) => this.attach(cursor));
    try {
      const { num_pending } = await consumer.info(true);
      // There is nothing to read, and nothing has come meanwhile.
      if (num_pending === 0 && this.deliveredOf.get(subject) === before) return attachAll();
      const messages = await consumer.consume({ max_messages: 200, abort_on_missing_resource: true });
      for await (const message of messages) {
        const open = cursors.filter(({ reader }) => !reader.signal.aborted);
        if (!open.length) return;
        await Promise.all(open.map(({ reader }) => reader.ready()));
        for (const entry of message.json<LogEntry[]>())
          for (const cursor of byRun.get(entry[0]) ?? []) if (!cursor.reader.signal.aborted) deliver(cursor, entry, message.seq);
        if (message.info.pending > 0 || message.seq < (this.deliveredOf.get(subject) ?? 0)) continue;
        // Nothing may happen in between: what follows this message comes live.
        return attachAll();
      }
      throw Unavailable(undefined, 1);
    } finally {
      consumer.delete().catch(() => undefined);
    }
  }
}

function deliver(cursor: Cursor, [, attempt, number, type, data]: LogEntry, message: number): void {
  if (type === END) return cursor.reader.onEnd();
  const isSame = attempt === cursor.attempt;
  if (attempt < cursor.attempt || (isSame && number <= cursor.number)) return;
  const isGap = number !== (isSame ? cursor.number : 0) + 1;
  Object.assign(cursor, { attempt, number });
  cursor.reader.onEvent({ id: formatPosition(message, attempt, number), type, data, isGap });
}

/** Where a consumer starts that reads for all of these positions, which are of one form. */
function earliest(positions: readonly LogPosition[]): object {
  const after = positions.flatMap((position) => ('after' in position ? [position.after] : []));
  if (after.length) return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.min(...after) + 1 };
  const times = positions.flatMap((position) => ('since' in position ? [position.since.getTime()] : []));
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(Math.min(...times)).toISOString() };
}
