import { isObject } from '@skep/contracts';
import type { Outbound } from '@skep/platform';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { on } from 'node:events';
import { parseJson } from './vendor-json.js';

/** A vendor closed its WebSocket, or the connection broke. `code` is that of the close frame, 1006 without one. */
export class SocketClosed extends Error {
  constructor(
    vendor: string,
    readonly code: number,
    reason: string,
  ) {
    super(`${vendor} closed the connection (${code}${reason && ` ${reason}`}).`);
  }
}

/** Vendors greet at once. */
const HELLO_MS = 10_000;
/** They send pings, or answer heartbeats, more often. */
const SILENCE_MS = 90_000;
/** Where undici reports pings. */
const PINGS = 'undici:websocket:ping';
/** Discord ends a session whose connection is closed with 1000 or 1001; with another code it may be resumed. */
const CLOSE_CODE = 4_000;

/** A WebSocket on which both sides send JSON objects. */
export class VendorSocket {
  private readonly socket: ReturnType<Outbound['connect']>;
  private readonly broken = new AbortController();
  private closed: SocketClosed | undefined;
  private silence: NodeJS.Timeout | undefined;

  /** @throws OutboundError if the address may not be called */
  constructor(
    private readonly vendor: string,
    outbound: Outbound,
    url: string,
  ) {
    this.socket = outbound.connect(url);
    this.socket.addEventListener('close', ({ code, reason }) => (this.closed = new SocketClosed(vendor, code, reason)));
  }

  /** Its messages in order, until the caller stops or `signal` aborts; then it is closed. @throws SocketClosed */
  async *messages(signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const options = { close: ['close'], signal: AbortSignal.any([signal, this.broken.signal]) };
    subscribe(PINGS, this.onPing);
    this.expectWithin(HELLO_MS);
    try {
      // Undici's type of an event target is not that of Node.
      for await (const [event] of on(this.socket as unknown as EventTarget, 'message', options)) {
        this.expectWithin(SILENCE_MS);
        const message = parseJson(String((event as { data: unknown }).data));
        if (isObject(message)) yield message;
      }
    } catch (error) {
      if (!options.signal.aborted) throw error;
    } finally {
      clearTimeout(this.silence);
      unsubscribe(PINGS, this.onPing);
      this.socket.close(CLOSE_CODE);
    }
    if (!signal.aborted) throw this.closed ?? new SocketClosed(this.vendor, 1006, '');
  }

  send(message: object): void {
    // The reader of its messages learns that it is closed.
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Ends `messages`, without waiting for the vendor to agree: the connection is dead. */
  break(): void {
    this.broken.abort();
  }

  /** A connection can die without an end: then nothing comes any more. */
  private expectWithin(ms: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.break(), ms);
  }

  private readonly onPing = (message: unknown): void => {
    if ((message as { websocket?: unknown }).websocket === this.socket) this.expectWithin(SILENCE_MS);
  };
}
