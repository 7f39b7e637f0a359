import type { FeedEvent } from '@skep/contracts/kernel';
import type { SseStream } from '../streams/sse-stream.js';
import type { FeedReader } from './feed-reader.js';

/** The user whose events a stream has. */
export interface FeedOwner {
  user: string;
  tenant: string;
}

/**
 * One user's event stream: first missed events, then live ones, each once and in order. Live events wait in the backlog while missed ones
 * are read.
 */
export class EventStream {
  private backlog?: FeedEvent[] = [];
  private cursor = 0;

  constructor(
    private readonly stream: SseStream,
    private readonly owner: FeedOwner,
    private readonly feed: FeedReader,
  ) {
    stream.signal.addEventListener(
      'abort',
      feed.subscribe((event) => this.onEvent(event)),
      { once: true },
    );
  }

  /** Sends the events after `lastEventId` if given, then live ones. An unknown or too old id gets `stream_reset` first. */
  async start(lastEventId?: string): Promise<void> {
    if (lastEventId !== undefined) await this.replay(lastEventId);
    for (const event of this.backlog ?? []) this.send(event);
    this.backlog = undefined;
  }

  private async replay(lastEventId: string): Promise<void> {
    let after = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
    for (;;) {
      const { events, head, oldest, upto } = await this.feed.readForUser(this.owner, Math.max(after, 0));
      if (after < oldest - 1 || after > head) {
        this.cursor = head;
        this.write(head, {
          type: 'stream_reset',
          payload: { reason: 'The event id is unknown or too old. Reload your state.' },
          ts: new Date(),
        });
        return;
      }
      for (const event of events) this.send(event);
      if (upto >= head) return;
      after = upto;
    }
  }

  private onEvent(event: FeedEvent): void {
    const { tenant, user } = this.owner;
    if (event.tenant_id !== tenant || (event.user_id !== null && event.user_id !== user)) return;
    if (this.backlog) this.backlog.push(event);
    else this.send(event);
  }

  private send({ seq, type, payload, ts }: FeedEvent): void {
    if (seq <= this.cursor) return;
    this.cursor = seq;
    this.write(seq, { type, payload, ts });
  }

  private write(id: number, data: object): void {
    this.stream.send({ id, data: JSON.stringify(data) });
  }
}
