import { schemaOf, SOCKET_ID, type Type, Unavailable } from '@skep/contracts';
import { headers, NoRespondersError, RequestError } from '@nats-io/transport-node';
import fastJson from 'fast-json-stringify';
import type { Bus } from '../bus.js';
import { CLOSE, HELD, PROBE, SOCKET, socketSubject } from './subject.js';

const TIMEOUT_MS = 2_000;

/**
 * Sends messages to sockets of clients, which gateways hold. A service knows a socket by the id that its operations got, keeps it as long as it
 * likes, and learns from `false` that it has closed, or that its gateway has died.
 */
export class Sockets {
  private readonly writers = new Map<Type, (message: object) => string>();

  constructor(
    private readonly bus: Bus,
    private readonly context: string,
  ) {}

  /**
   * Sends a message, of which the client gets the fields of the class. Messages of a process to a socket arrive in their order.
   * @returns whether the socket is open; whether the client has read the message is not known
   * @throws Problem `unavailable`; Error if a required field is missing
   */
  send<T extends object>(socket_id: string, type: Type<T>, message: T): Promise<boolean> {
    return this.request(socket_id, this.writerOf(type)(message));
  }

  /** Closes a socket. @param code 1000, or 4000–4999 with a meaning of the API @returns whether it was open @throws Problem `unavailable` */
  close(socket_id: string, code: number, reason: string): Promise<boolean> {
    return this.request(socket_id, reason, { [CLOSE]: String(code) });
  }

  /** Whether a socket is open. The client does not notice. @throws Problem `unavailable` */
  isOpen(socket_id: string): Promise<boolean> {
    return this.request(socket_id, '', { [PROBE]: '1' });
  }

  private async request(socket_id: string, payload: string, more: Readonly<Record<string, string>> = {}): Promise<boolean> {
    if (!SOCKET_ID.test(socket_id)) return false;
    const [gateway = ''] = socket_id.split('-');
    const h = headers();
    h.append(SOCKET, socket_id);
    for (const [name, value] of Object.entries(more)) h.append(name, value);
    try {
      const options = { timeout: TIMEOUT_MS, headers: h };
      return (await this.bus.connection.request(socketSubject(this.context, gateway), payload, options)).string() === HELD;
    } catch (error) {
      if (error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())) return false;
      throw Unavailable(undefined, 1);
    }
  }

  private writerOf(type: Type): (message: object) => string {
    let write = this.writers.get(type);
    if (!write) this.writers.set(type, (write = fastJson(schemaOf(type) as unknown as fastJson.Schema)));
    return write;
  }
}
