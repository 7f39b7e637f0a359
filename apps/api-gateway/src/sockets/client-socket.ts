import type { WebSocket } from 'ws';
import type { Connection } from '../streams/open-connections.js';

/** A client that lags further behind is let go. */
const MAX_UNSENT_BYTES = 1 << 20;
/** Messages of a client that wait before no more are read. */
const MAX_WAITING = 16;
/** How long a client may take to confirm that the socket closes. */
const CLOSE_MS = 3_000;

/** Why a socket closes (RFC 6455 §7.4.1). */
export const CLOSED = {
  restart: [1012, 'The gateway restarts. Connect again.'],
  lagging: [1013, 'You read too slowly.'],
  notText: [1003, 'Send text.'],
  revoked: [1008, 'Your credential is no longer valid. Sign in again.'],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

/** One client's socket. Its messages are handled one after the other, and what is sent before it is open waits. */
export class ClientSocket implements Connection {
  private socket?: WebSocket;
  private unsent: string[] = [];
  private closing?: readonly [code: number, reason: string];
  private waiting = 0;
  private work: Promise<void> = Promise.resolve();
  private hasAnswered = true;

  /**
   * @param handle handles a message; never rejects
   * @param onClosed called once, after the last message
   */
  constructor(
    readonly id: string,
    private readonly handle: (text: string) => Promise<void>,
    private readonly onClosed: (code: number) => Promise<void>,
  ) {}

  open(socket: WebSocket): void {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => (isBinary ? this.close(...CLOSED.notText) : this.receive(data.toString())));
    socket.on('pong', () => (this.hasAnswered = true));
    // `close` follows.
    socket.on('error', () => {});
    socket.once('close', (code) => {
      this.work = this.work.then(() => this.onClosed(this.closing?.[0] ?? code));
    });
    for (const text of this.unsent) socket.send(text);
    this.unsent = [];
    if (this.closing) this.finish(socket, ...this.closing);
  }

  /** Whether it is open, or will be. */
  get isOpen(): boolean {
    return !this.closing;
  }

  /** @returns whether the socket is open */
  send(text: string): boolean {
    const { socket } = this;
    if (this.closing) return false;
    if (!socket) this.unsent.push(text);
    else if (socket.bufferedAmount > MAX_UNSENT_BYTES) this.close(...CLOSED.lagging);
    else socket.send(text);
    return !this.closing;
  }

  /** @returns whether the socket was open */
  close(code: number, reason: string): boolean {
    if (this.closing) return false;
    this.closing = [code, reason];
    if (this.socket) this.finish(this.socket, code, reason);
    return true;
  }

  revoke(): void {
    this.close(...CLOSED.revoked);
  }

  /** Pings the client, or ends the connection if it has not answered the last ping. */
  beat(): void {
    const { socket } = this;
    // What a paused socket has answered is not read yet.
    if (!socket || socket.isPaused || this.closing) return;
    if (!this.hasAnswered) return socket.terminate();
    this.hasAnswered = false;
    socket.ping();
  }

  /** Closes the socket after the messages that have arrived, and waits until that is done. */
  async drain(): Promise<void> {
    this.socket?.pause();
    await this.work;
    this.close(...CLOSED.restart);
    this.socket?.resume();
    const { socket } = this;
    if (socket && socket.readyState !== socket.CLOSED) await new Promise((resolve) => socket.once('close', resolve));
    await this.work;
  }

  private finish(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  }

  private receive(text: string): void {
    if (this.closing) return;
    if (++this.waiting >= MAX_WAITING) this.socket?.pause();
    this.work = this.work.then(async () => {
      await this.handle(text);
      if (--this.waiting < MAX_WAITING && this.socket?.isPaused) this.socket.resume();
    });
  }
}
