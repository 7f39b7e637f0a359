import { waitUntil } from '@skep/testkit';

/** An event of a stream, as a client gets it. */
export interface Received {
  id?: string | undefined;
  event: string;
  data: { part?: number; n?: number; step?: string; status?: string; result?: unknown };
}

/** A client of a stream. `events` grows while it reads. */
export class Reader {
  readonly events: Received[] = [];
  ended = false;
  text = '';
  private readonly stop = new AbortController();

  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** @param lastId the `Last-Event-ID`; POST starts a run with the input */
  static async open(url: string, token: string, { lastId, input, key }: { lastId?: string; input?: object; key?: string } = {}) {
    const reader = new Reader(url, token);
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    if (lastId !== undefined) headers['last-event-id'] = lastId;
    if (key !== undefined) headers['idempotency-key'] = key;
    if (input) headers['content-type'] = 'application/json';
    const answer = await fetch(url, {
      headers,
      signal: reader.stop.signal,
      ...(input && { method: 'POST', body: JSON.stringify(input) }),
    });
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    void reader.read(answer).then(
      () => (reader.ended = true),
      () => (reader.ended = true),
    );
    return reader;
  }

  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  /** Waits for the last event. */
  async end(timeoutMs = 30_000): Promise<Received[]> {
    await waitUntil(`the end of ${this.url}`, () => this.ended, timeoutMs);
    return this.events;
  }

  close(): void {
    this.stop.abort();
  }

  private async read(answer: Response): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of answer.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true });
      this.text += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const [event, data] = [field('event'), field('data')];
        if (event !== undefined) this.events.push({ id: field('id'), event, data: JSON.parse(data!) as Received['data'] });
      }
    }
  }
}

/** What a client shows: the words in their order, without those of parts that were interrupted. */
export function shown(events: readonly Received[]): string[] {
  let words: Received[] = [];
  for (const received of events) {
    if (received.event === 'word') words.push(received);
    if (received.event === 'run.interrupted') words = words.filter(({ data }) => `part ${data.part}` !== received.data.step);
  }
  return words.map(({ data: { part, n } }) => `${part}.${n}`);
}
