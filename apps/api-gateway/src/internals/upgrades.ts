import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Lets requests that ask for a WebSocket pass through the hooks and routes of Fastify, as ordinary requests do.
 *
 * Assumes of Node and Fastify:
 * - a server that listens to `upgrade` leaves the connection to the listener, and `assignSocket` lets a response write to it, as
 *   https://github.com/fastify/fastify-websocket does;
 * - a response that emits `finish` runs the hooks `onResponse`, also after `reply.hijack()`.
 */
export function routeUpgrades(fastify: FastifyInstance): void {
  fastify.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    // The client may leave at any time.
    socket.on('error', () => {});
    response.assignSocket(socket as never);
    response.shouldKeepAlive = false;
    const end = () => socket.end();
    response.once('finish', end);
    upgrades.set(request, { socket, head, keep: () => response.off('finish', end).detachSocket(socket as never) });
    fastify.routing(request, response);
  });
}

interface Upgrade {
  socket: Duplex;
  head: Buffer;
  /** Takes the connection from the response. */
  keep(): void;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Whether a request asks for a WebSocket, version 13. */
export function isUpgrade({ raw }: FastifyRequest): boolean {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key } = raw.headers;
  return upgrades.has(raw) && version === '13' && /^[+/0-9A-Za-z]{22}==$/.test(key ?? '');
}

/** Takes the connection of a request that `isUpgrade`, whose answer ends here with 101. */
export function takeUpgrade({ raw }: FastifyRequest, reply: FastifyReply): { socket: Duplex; head: Buffer } {
  const { socket, head, keep } = upgrades.get(raw)!;
  const { raw: response } = reply.code(101).hijack();
  keep();
  response.statusCode = 101;
  response.emit('finish');
  return { socket, head };
}
