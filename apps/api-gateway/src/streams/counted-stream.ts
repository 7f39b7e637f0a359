import type { RunEnd } from '@skep/contracts';
import type { RunEvent } from '@skep/platform';
import type { FastifyRequest } from 'fastify';
import { type Counted, RunStream, type StreamForm, type StreamParts } from './run-stream.js';

/** What a client reads of a run whose events count themselves. */
export interface CountedReading {
  form: StreamForm;
  counted: Counted;
  run: string;
  /** The number of the last event that the client has; -1 for none. */
  after: number;
}

const numberOf = (data: unknown): number | undefined => (data as { seq?: number }).seq;

/** The number of the last event that a client has of a run, as it says; -1 for none. */
export function numberAfter({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>, name: string): number {
  const id = String(headers['last-event-id'] ?? (query as { after?: unknown }).after ?? '');
  const [, of = name, number] = /^(?:([\w-]+):)?(\d{1,9})$/.exec(id) ?? [];
  return number !== undefined && of === name ? Number(number) : -1;
}

/** Whether a run that has ended has events that the client lacks. @throws Problem that of the form, if not all of them are kept */
export async function hasMore(
  { form, counted, run, after }: CountedReading,
  end: RunEnd,
  collect: () => Promise<RunEvent[]>,
): Promise<boolean> {
  const last = numberOf(form.ended(end, run).data);
  if (last !== undefined && after >= last) return false;
  let count = 0;
  for (const { data } of await collect()) if (numberOf(data) === count) count++;
  if (last !== undefined && count !== last) throw counted.gone(counted.nameOf(run));
  return after < count;
}

/** A client that reads a run whose events count themselves. If attempts show an event twice, the first one counts, for each reader. */
export class CountedStream extends RunStream {
  /** How many events it has read. */
  private count = 0;

  constructor(
    parts: StreamParts,
    private readonly reading: CountedReading,
  ) {
    super(parts, reading.form);
  }

  override onEvent({ type, data }: RunEvent): void {
    const number = Object.hasOwn(this.parts.events, type) ? numberOf(data) : undefined;
    if (number === undefined || number < this.count || this.signal.aborted) return;
    if (number === this.count) this.show(type, data as object);
    else this.lose();
  }

  protected override sendEnd(end: RunEnd): void {
    const { event, data } = this.reading.form.ended(end, this.run);
    if ((numberOf(data) ?? this.count) === this.count) this.show(event, { ...data, seq: this.count });
    else this.lose();
  }

  private show(event: string, data: object): void {
    const number = this.count++;
    const { counted, run, after } = this.reading;
    if (number > after) this.parts.stream.send({ id: `${counted.nameOf(run)}:${number}`, event, data: JSON.stringify(data) });
  }

  /** Events were dropped while it read: the client has to read the result instead. */
  private lose(): void {
    const { counted, run } = this.reading;
    const { code, detail } = counted.gone(counted.nameOf(run)).body;
    this.parts.stream.send({ event: 'error', data: JSON.stringify({ code, detail, retryable: false }) });
    this.parts.stream.close();
  }
}
