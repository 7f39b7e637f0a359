import type { Problem, RunEnd, Type } from '@skep/contracts';
import type { RunEvent, RunReader } from '@skep/platform';
import type { SseStream } from './sse-stream.js';

/** The last event's id. A client that reconnects with it has everything. */
export const LAST_ID = 'ended';
/** The events that every stream of a run may have, beside those that its operation declares. */
const PLATFORM_EVENTS = 'run.';

/** How an API of its own tells the end of a run: its clients know none of the platform's events. */
export type ToEndEvent = (end: RunEnd, run: string) => { event: string; data: object };

/** How an API of its own shows runs. */
export interface StreamForm {
  ended: ToEndEvent;
  /** The types of events with which a stream ends. */
  last: readonly string[];
  /** Ids of events name their run, so that a client can read several runs with one address. */
  idsNameRun?: boolean;
  counted?: Counted;
}

/**
 * Events count themselves: `seq` in their data, from 0 without gaps, the last one too. The `id` of an event is the name of its run and that
 * number, whichever attempt has shown it. A client that cannot send `Last-Event-ID` sends `?after=`.
 */
export interface Counted {
  nameOf: (run: string) => string;
  /** What a client gets whose events are no longer kept. */
  gone: (name: string) => Problem;
}

/** A run that is streamed to a client. */
export interface StreamParts {
  context: string;
  run: string;
  /** The types of events that are sent; others stay inside. */
  events: Readonly<Record<string, Type>>;
  stream: SseStream;
  /** Returns how the run ended, from the service that has it; undefined if it has not. */
  findEnd: () => Promise<RunEnd | undefined>;
}

/** One client that reads a run: its events, and at last how it ended. */
export class RunStream implements RunReader {
  /** Whether it has everything that was in the log when it began. */
  isLive = false;
  private finishing = false;

  /** @param form that of an API of its own; by default the stream ends with `run.ended` */
  constructor(
    protected readonly parts: StreamParts,
    private readonly form: StreamForm | undefined,
  ) {}

  get context(): string {
    return this.parts.context;
  }

  get run(): string {
    return this.parts.run;
  }

  get signal(): AbortSignal {
    return this.parts.stream.signal;
  }

  onEvent({ id, type, data, isGap }: RunEvent): void {
    if (isGap && !this.form) this.parts.stream.send({ event: 'run.gap', data: '{}' });
    if ((type.startsWith(PLATFORM_EVENTS) && !this.form) || Object.hasOwn(this.parts.events, type))
      this.parts.stream.send({ id: this.idOf(id), event: type, data: JSON.stringify(data) });
  }

  /** If the end cannot be read now, it is asked for again later. */
  onEnd(): void {
    void this.finish().catch(() => undefined);
  }

  onLost(): void {
    this.parts.stream.close();
  }

  ready(): Promise<void> {
    return this.parts.stream.ready();
  }

  /** Sends how the run ended, if it has, and closes the stream. @throws Problem if that cannot be read */
  async finish(): Promise<void> {
    if (this.finishing) return;
    this.finishing = true;
    try {
      const end = await this.parts.findEnd();
      if (!end) return;
      this.sendEnd(end);
      this.parts.stream.close();
    } finally {
      this.finishing = false;
    }
  }

  protected sendEnd(end: RunEnd): void {
    const { event, data } = this.form?.ended(end, this.run) ?? { event: 'run.ended', data: end };
    this.parts.stream.send({ id: this.idOf(LAST_ID), event, data: JSON.stringify(data) });
  }

  private idOf(position: string): string {
    return this.form?.idsNameRun ? `${this.run}:${position}` : position;
  }
}
