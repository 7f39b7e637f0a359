import { waitUntil } from '@skep/testkit';
import { WebSocket } from 'ws';

export type Received = Record<string, unknown>;

export interface ClientOptions {
  token?: string;
  headers?: Record<string, string>;
  autoPong?: boolean;
  protocolVersion?: number;
}

/** A client of a socket. `messages` has what it has received. */
export class Client {
  readonly messages: Received[] = [];
  closed?: { code: number; reason: string };

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Received));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => {});
  }

  /** @throws Error with the status and the body of an answer that is not 101 */
  static open(url: string, { token, headers = {}, ...options }: ClientOptions = {}) {
    return new Promise<Client>((resolve, reject) => {
      const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
      const socket = new WebSocket(url.replace('http', 'ws'), { headers: all, perMessageDeflate: false, ...options });
      const client = new Client(socket);
      socket.once('open', () => resolve(client)).once('error', reject);
      socket.once('unexpected-response', (_, answer) => {
        let body = '';
        answer.on('data', (part: Buffer) => (body += part.toString()));
        answer.on('end', () => reject(new Error(`${answer.statusCode}: ${body}`)));
      });
    });
  }

  /** Sends a message, or text that is none. */
  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a message, and returns the next one that comes. */
  async ask(message: object | string): Promise<Received> {
    const before = this.messages.length;
    this.send(message);
    await this.until(before + 1);
    return this.messages[before]!;
  }

  async until(count: number, timeoutMs?: number): Promise<Received[]> {
    await waitUntil(`${count} messages`, () => this.messages.length >= count || this.closed, timeoutMs);
    return this.messages;
  }

  /** The id of the socket, from its welcome. */
  async id(): Promise<string> {
    await this.until(1);
    return String(this.messages[0]!['socket_id']);
  }

  async end(timeoutMs?: number): Promise<{ code: number; reason: string }> {
    await waitUntil('the socket to close', () => this.closed, timeoutMs);
    return this.closed!;
  }

  close(): void {
    this.socket.close(1000);
  }
}
