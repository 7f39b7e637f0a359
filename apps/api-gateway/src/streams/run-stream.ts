import type { RunEnd, Type } from '@skep/contracts';
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
}

/** One client that reads a run: its events, and at last how it ended. */
export class RunStream implements RunReader {
  /** Whether it has everything that was in the log when it began. */
  isLive = false;
  private finishing = false;

  /**
   * @param events the types that are sent; others stay inside
   * @param findEnd returns how the run ended, from the service that has it; undefined if it has not
   * @param form that of an API of its own; by default the stream ends with `run.ended`
   */
  constructor(
    readonly context: string,
    readonly run: string,
    private readonly events: Readonly<Record<string, Type>>,
    private readonly stream: SseStream,
    private readonly findEnd: () => Promise<RunEnd | undefined>,
    private readonly form: StreamForm | undefined,
  ) {}

  get signal(): AbortSignal {
    return this.stream.signal;
  }

  onEvent({ id, type, data, isGap }: RunEvent): void {
    if (isGap && !this.form) this.stream.send({ event: 'run.gap', data: '{}' });
    if ((type.startsWith(PLATFORM_EVENTS) && !this.form) || Object.hasOwn(this.events, type))
      this.stream.send({ id: this.idOf(id), event: type, data: JSON.stringify(data) });
  }

  /** If the end cannot be read now, it is asked for again later. */
  onEnd(): void {
    void this.finish().catch(() => undefined);
  }

  onLost(): void {
    this.stream.close();
  }

  ready(): Promise<void> {
    return this.stream.ready();
  }

  /** Sends how the run ended, if it has, and closes the stream. @throws Problem if that cannot be read */
  async finish(): Promise<void> {
    if (this.finishing) return;
    this.finishing = true;
    try {
      const end = await this.findEnd();
      if (!end) return;
      const { event, data } = this.form?.ended(end, this.run) ?? { event: 'run.ended', data: end };
      this.stream.send({ id: this.idOf(LAST_ID), event, data: JSON.stringify(data) });
      this.stream.close();
    } finally {
      this.finishing = false;
    }
  }

  private idOf(position: string): string {
    return this.form?.idsNameRun ? `${this.run}:${position}` : position;
  }
}
