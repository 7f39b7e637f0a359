import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Connection } from './open-connections.js';

/** A client that lags further behind is disconnected, and reconnects with its Last-Event-ID. */
const MAX_UNSENT_BYTES = 1 << 20;
const READY_BYTES = MAX_UNSENT_BYTES / 4;
/** A client that takes nothing for so long is not waited for. */
const READY_MS = 5_000;

/** An answer as Server-Sent Events (HTML Living Standard §9.2). */
export class SseStream implements Connection {
  private readonly closed = new AbortController();

  private constructor(
    private readonly response: ServerResponse,
    isResumable: boolean,
  ) {
    response.once('close', () => this.closed.abort());
    // The client has gone before its stream was opened.
    if (response.destroyed) setImmediate(() => this.closed.abort());
    if (isResumable) response.write('retry: 3000\n\n');
  }

  /** Aborted when the stream has ended, by the client or by the gateway. */
  get signal(): AbortSignal {
    return this.closed.signal;
  }

  /**
   * Sends the headers of the reply, and those of a stream.
   * @param isResumable whether the stream says when to come back. Clients that cannot may take that for an event
   */
  static open(reply: FastifyReply, isResumable = true): SseStream {
    const response = reply.hijack().raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-store',
      'x-accel-buffering': 'no',
    });
    return new SseStream(response, isResumable);
  }

  /** Sends an event. @param data JSON, in one line */
  send({ id, event, data }: { id?: string | number; event?: string; data: string }): void {
    if (this.signal.aborted) return;
    const fields = [id !== undefined && `id: ${id}`, event !== undefined && `event: ${event}`, `data: ${data}`];
    this.write(`${fields.filter(Boolean).join('\n')}\n\n`);
  }

  beat(): void {
    if (!this.signal.aborted) this.write(': heartbeat\n\n');
  }

  revoke(): void {
    this.close();
  }

  /** Resolves when the client has taken most of what was sent, or takes too long. */
  async ready(): Promise<void> {
    const { response } = this;
    if (response.writableLength < READY_BYTES || this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        response.off('drain', done).off('close', done);
        resolve();
      };
      const timer = setTimeout(done, READY_MS);
      response.once('drain', done).once('close', done);
    });
  }

  close(): void {
    this.closed.abort();
    this.response.end();
  }

  private write(text: string): void {
    if (this.response.writableLength > MAX_UNSENT_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
