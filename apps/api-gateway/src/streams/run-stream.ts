import type { RunEnd, Type } from '@skep/contracts';
import type { RunEvent, RunReader } from '@skep/platform';
import type { SseStream } from './sse-stream.js';

/** The last event's id. A client that reconnects with it has everything. */
export const LAST_ID = 'ended';
/** The events that every stream of a run may have, beside those that its operation declares. */
const PLATFORM_EVENTS = 'run.';

/** One client that reads a run: its events, and at last how it ended. */
export class RunStream implements RunReader {
  /** Whether it has everything that was in the log when it began. */
  isLive = false;
  private finishing = false;

  /**
   * @param events the types that are sent; others stay inside
   * @param findEnd returns how the run ended, from the service that has it; undefined if it has not
   */
  constructor(
    readonly context: string,
    readonly run: string,
    private readonly events: Readonly<Record<string, Type>>,
    private readonly stream: SseStream,
    private readonly findEnd: () => Promise<RunEnd | undefined>,
  ) {}

  get signal(): AbortSignal {
    return this.stream.signal;
  }

  onEvent({ id, type, data, isGap }: RunEvent): void {
    if (isGap) this.stream.send({ event: 'run.gap', data: '{}' });
    if (type.startsWith(PLATFORM_EVENTS) || Object.hasOwn(this.events, type))
      this.stream.send({ id, event: type, data: JSON.stringify(data) });
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
      this.stream.send({ id: LAST_ID, event: 'run.ended', data: JSON.stringify(end) });
      this.stream.close();
    } finally {
      this.finishing = false;
    }
  }
}
