import type { NatsConnection } from '@nats-io/transport-node';
import { CLOSE, GONE, HELD, PROBE, SOCKET, socketSubject } from './subject.js';

/** What a service sends to a socket: a message, or that it closes; or it only asks whether the socket is open. */
export type SocketOrder = { text: string } | { code: number; reason: string } | 'probe';

/**
 * Receives what services send to the sockets of this gateway, until the connection closes.
 * @param gateway the first part of the ids of its sockets
 * @param handle returns whether the gateway holds a socket with this id that the context opened
 */
export function receiveForSockets(
  connection: NatsConnection,
  gateway: string,
  handle: (context: string, socket_id: string, order: SocketOrder) => boolean,
): void {
  connection.subscribe(socketSubject('*', gateway), {
    callback: (error, message) => {
      if (error) return;
      const [, context = ''] = message.subject.split('.');
      const text = message.string();
      const code = message.headers?.get(CLOSE);
      const order = message.headers?.get(PROBE) ? 'probe' : code ? { code: Number(code), reason: text } : { text };
      const isHeld = handle(context, message.headers?.get(SOCKET) ?? '', order);
      message.respond(isHeld ? HELD : GONE);
    },
  });
}
