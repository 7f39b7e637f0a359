import type { FeedEvent } from '@skep/contracts';
import type { ServerResponse } from 'node:http';
import type { FeedReader } from './feed-reader.js';

const HEARTBEAT_MS = 15_000;
/** A client that lags further behind is let go: it comes back with its Last-Event-ID. */
const MAX_UNSENT_BYTES = 1 << 20;

export interface Viewer {
  user: string;
  tenant: string;
  /** Milliseconds since 1970. */
  expires_at: number;
}

/**
 * One person's event stream (HTML Living Standard §9.2): first what was missed, then what happens, each event once and in
 * order. Live events wait in line while the missed ones are read.
 */
export class EventStream {
  private line?: FeedEvent[] = [];
  private cursor = 0;
  private readonly unfollow: () => void;
  private readonly heart: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly viewer: Viewer,
    private readonly feed: FeedReader,
  ) {
    this.unfollow = feed.follow((event) => this.hear(event));
    this.heart = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
    response.once('close', () => this.close());
    response.write('retry: 3000\n\n');
  }

  /** Sends what came after `lastEventId`, or begins now. An id that is unknown or too old gets `stream_reset` first. */
  async begin(lastEventId?: string): Promise<void> {
    if (lastEventId !== undefined) await this.replay(lastEventId);
    for (const event of this.line ?? []) this.send(event);
    this.line = undefined;
  }

  close(): void {
    clearInterval(this.heart);
    this.unfollow();
    this.response.end();
  }

  private async replay(lastEventId: string): Promise<void> {
    let after = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
    for (;;) {
      const { events, head, oldest, upto } = await this.feed.readFor(this.viewer, Math.max(after, 0));
      if (after < oldest - 1 || after > head) {
        this.cursor = head;
        this.write(head, {
          type: 'stream_reset',
          payload: { reason: 'The id is unknown or too old; read your state anew.' },
          ts: new Date(),
        });
        return;
      }
      for (const event of events) this.send(event);
      if (upto >= head) return;
      after = upto;
    }
  }

  private hear(event: FeedEvent): void {
    const { tenant, user } = this.viewer;
    if (event.tenant_id !== tenant || (event.user_id !== null && event.user_id !== user)) return;
    if (this.line) this.line.push(event);
    else this.send(event);
  }

  private send({ seq, type, payload, ts }: FeedEvent): void {
    if (seq <= this.cursor) return;
    this.cursor = seq;
    this.write(seq, { type, payload, ts });
  }

  private write(id: number, data: object): void {
    if (this.response.writableLength > MAX_UNSENT_BYTES) this.response.destroy();
    else this.response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private beat(): void {
    if (Date.now() >= this.viewer.expires_at) this.close();
    else this.response.write(': still here\n\n');
  }
}
