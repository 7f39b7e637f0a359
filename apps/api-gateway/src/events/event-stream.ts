import type { FeedEvent } from '@skep/contracts/kernel';
import type { ServerResponse } from 'node:http';
import type { FeedReader } from './feed-reader.js';

const HEARTBEAT_MS = 15_000;
/** A client that lags further behind is disconnected, and reconnects with its Last-Event-ID. */
const MAX_UNSENT_BYTES = 1 << 20;

/** The user who opened a stream. */
export interface StreamOwner {
  user: string;
  tenant: string;
  /** When the access token expires, in milliseconds since 1970. */
  expires_at: number;
}

/**
 * One user's event stream (HTML Living Standard §9.2): first missed events, then live ones, each once and in order. Live events wait
 * in the backlog while missed ones are read.
 */
export class EventStream {
  private backlog?: FeedEvent[] = [];
  private cursor = 0;
  private readonly unsubscribe: () => void;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly owner: StreamOwner,
    private readonly feed: FeedReader,
  ) {
    this.unsubscribe = feed.subscribe((event) => this.onEvent(event));
    this.heartbeat = setInterval(() => this.sendHeartbeat(), HEARTBEAT_MS).unref();
    response.once('close', () => this.close());
    response.write('retry: 3000\n\n');
  }

  /** Sends the events after `lastEventId` if given, then live ones. An unknown or too old id gets `stream_reset` first. */
  async start(lastEventId?: string): Promise<void> {
    if (lastEventId !== undefined) await this.replay(lastEventId);
    for (const event of this.backlog ?? []) this.send(event);
    this.backlog = undefined;
  }

  close(): void {
    clearInterval(this.heartbeat);
    this.unsubscribe();
    this.response.end();
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
    if (this.response.writableLength > MAX_UNSENT_BYTES) this.response.destroy();
    else this.response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private sendHeartbeat(): void {
    if (Date.now() >= this.owner.expires_at) this.close();
    else this.response.write(': heartbeat\n\n');
  }
}
