import { Forbidden, Unavailable, UpgradeRequired } from '@skep/contracts';
import type { ChannelActivity } from '@skep/contracts/channels';
import { type Bus, type Log, receiveForSockets, type SocketOrder, toProblem } from '@skep/platform';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { WebSocketServer } from 'ws';
import type { PublishedKeys } from '../auth/published-keys.js';
import type { Revocations } from '../auth/revocations.js';
import { isUpgrade, takeUpgrade } from '../internals/upgrades.js';
import type { RouteCall } from '../route.js';
import type { Activities } from '../streams/activities.js';
import { OpenConnections } from '../streams/open-connections.js';
import { ClientSocket } from './client-socket.js';
import { parseMessage, type SocketParts, toSocketError } from './message.js';
import { SocketSession } from './socket-session.js';

interface SocketOptions {
  perUser: number;
  total: number;
  /** Milliseconds between two pings. */
  beatMs: number;
  /** The origins of pages that may open sockets. */
  origins: readonly string[];
  /** Whether the gateway has routes that are sockets. */
  hasRoutes: boolean;
}

/** The sockets of the clients of this gateway. Only their ids leave it: services send to a socket through the gateway that holds it. */
export class OpenSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly gateway = randomBytes(8).toString('hex');
  private readonly held = new Map<string, { socket: ClientSocket; session: SocketSession; context: string }>();
  private readonly open: OpenConnections<ClientSocket>;
  private stopping = false;

  constructor(
    private readonly options: SocketOptions,
    private readonly bus: Bus,
    private readonly activities: Activities,
    revocations: Revocations,
    keys: PublishedKeys,
    private readonly log: Log,
  ) {
    this.open = new OpenConnections({ ...options, name: 'sockets' }, revocations, keys);
  }

  onApplicationBootstrap(): void {
    if (!this.options.hasRoutes) return;
    receiveForSockets(this.bus.connection, this.gateway, (context, id, order) => this.deliver(context, id, order));
    this.activities.followAll((activity) => this.show(activity));
  }

  /** Lets the messages that have arrived be answered, and closes all sockets with 1012: clients connect to another gateway. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.open.stop();
    await Promise.all([...this.open].map((socket) => socket.drain()));
  }

  /**
   * Opens a socket, if the operation of the route allows it.
   * @throws Problem as the service threw it; `upgrade_required`; `forbidden` for a page of another site; `too_many_requests`; `unavailable`
   */
  async answer(call: RouteCall, parts: SocketParts, server: WebSocketServer): Promise<void> {
    const { request, reply, route } = call;
    if (!isUpgrade(request)) throw UpgradeRequired();
    this.assertOrigin(request);
    if (this.stopping) throw Unavailable(undefined, 1);
    const client = await call.admit(route.access, request.headers);
    const session = new SocketSession(call, parts, client, (user) => this.open.reserve(user));
    const id = `${this.gateway}-${randomBytes(12).toString('hex')}`;
    const socket: ClientSocket = new ClientSocket(
      id,
      (text) => this.handle(session, socket, text),
      (code) => this.forget(session, socket, code),
    );
    this.held.set(id, { socket, session, context: route.operation.context });
    try {
      sendAnswer(socket, (await call.forward({ socket_id: id })).bytes);
      await session.signIn();
    } catch (error) {
      this.held.delete(id);
      session.end();
      throw error;
    }
    this.open.set(socket, session.owner);
    const { socket: connection, head } = takeUpgrade(request, reply);
    let isOpen = false;
    server.handleUpgrade(request.raw, connection, head, (opened) => {
      isOpen = true;
      socket.open(opened);
    });
    if (!isOpen) await this.forget(session, socket, 1006);
  }

  private async handle(session: SocketSession, socket: ClientSocket, text: string): Promise<void> {
    let message = {};
    try {
      message = parseMessage(text);
      sendAnswer(socket, await session.forward(message, socket.id));
      if (!this.stopping) this.open.set(socket, session.owner);
    } catch (error) {
      const { errorOf = toSocketError } = session.parts;
      socket.send(JSON.stringify(errorOf(toProblem(error, undefined, this.log), message)));
    }
  }

  private async forget(session: SocketSession, socket: ClientSocket, code: number): Promise<void> {
    this.held.delete(socket.id);
    this.open.delete(socket);
    session.end();
    await session
      .close(socket.id, code)
      .catch((error: unknown) => this.log.debug({ error }, 'a service was not told that a socket has closed'));
  }

  /** Shows the sockets of a person what happens to them, if their API has a message for it. */
  private show(activity: ChannelActivity): void {
    for (const { socket, session } of this.held.values()) {
      const message = session.shownOf(activity);
      if (message) socket.send(JSON.stringify(message));
    }
  }

  private deliver(context: string, id: string, order: SocketOrder): boolean {
    const held = this.held.get(id);
    if (held?.context !== context) return false;
    if (order === 'probe') return held.socket.isOpen;
    return 'text' in order ? held.socket.send(order.text) : held.socket.close(order.code, order.reason);
  }

  /** Pages of other sites must not use what a browser sends by itself, such as a client certificate or its place in a network. */
  private assertOrigin({ headers: { origin } }: FastifyRequest): void {
    if (origin !== undefined && !this.options.origins.includes(origin))
      throw Forbidden('Pages of this origin may not open sockets. Its operator can add it to SKEP_CORS_ORIGINS.');
  }
}

/** An answer without fields says nothing to the client. */
function sendAnswer(socket: ClientSocket, bytes: Uint8Array): void {
  if (bytes.length > '{}'.length) socket.send(Buffer.from(bytes).toString());
}
