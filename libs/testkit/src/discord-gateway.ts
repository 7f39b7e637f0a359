import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

/** Discord's gateway, for one bot. It keeps the events of a session, and sends those again that came after the `seq` of a resume. */
export interface DiscordGatewayStub {
  url: string;
  /** Sends an event to the session. */
  dispatch(type: string, data: object): void;
  /** How often a session was begun, and resumed. */
  identified: number;
  resumed: number;
  heartbeats: number;
  /** The intents of the last session. */
  intents: unknown;
  /** Milliseconds between heartbeats that it asks for. */
  heartbeatMs: number;
  /** Whether it answers heartbeats. */
  isAlive: boolean;
  /** How many sockets are open. */
  sockets(): number;
  /** Asks for another connection. */
  reconnect(): void;
  /** Breaks the connections, or closes them with a code. */
  drop(code?: number): void;
  /** Forgets the session. */
  forget(): void;
  close(): void;
}

interface Message {
  op: number;
  d: { token?: string; session_id?: string; seq?: number; intents?: unknown };
}

export function startDiscordGateway(server: Server, url: string, account: () => { token: string; bot: string }): DiscordGatewayStub {
  const sockets = new WebSocketServer({ server });
  const open = () => [...sockets.clients].filter(({ readyState }) => readyState === WebSocket.OPEN);
  let session: { id: string; events: { t: string; d: object }[] } | undefined;
  const say = (socket: WebSocket, op: number, d: unknown, more = {}) => socket.send(JSON.stringify({ op, d, s: null, t: null, ...more }));
  const sendAll = (socket: WebSocket, after: number) =>
    session?.events.slice(after).forEach(({ t, d }, i) => say(socket, 0, d, { t, s: after + i + 1 }));
  const take = (socket: WebSocket, { op, d }: Message) => {
    if (op === 1) {
      gateway.heartbeats++;
      if (gateway.isAlive) say(socket, 11, null);
    } else if (d.token !== account().token) socket.close(4004, 'Authentication failed.');
    else if (op === 2) {
      gateway.identified++;
      gateway.intents = d.intents;
      const id = randomUUID();
      session = { id, events: [{ t: 'READY', d: { v: 10, user: { id: account().bot }, session_id: id, resume_gateway_url: url } }] };
      sendAll(socket, 0);
    } else if (op === 6 && session && d.session_id === session.id) {
      gateway.resumed++;
      sendAll(socket, d.seq ?? 0);
      gateway.dispatch('RESUMED', {});
    } else say(socket, 9, false);
  };
  sockets.on('connection', (socket) => {
    say(socket, 10, { heartbeat_interval: gateway.heartbeatMs });
    socket.on('message', (data) => take(socket, JSON.parse(String(data)) as Message));
  });
  const gateway: DiscordGatewayStub = {
    ...{ url, identified: 0, resumed: 0, heartbeats: 0, intents: undefined, heartbeatMs: 40_000, isAlive: true },
    dispatch: (t, d) => {
      const seq = session?.events.push({ t, d });
      open().forEach((socket) => say(socket, 0, d, { t, s: seq }));
    },
    sockets: () => open().length,
    reconnect: () => open().forEach((socket) => say(socket, 7, null)),
    drop: (code) => open().forEach((socket) => (code === undefined ? socket.terminate() : socket.close(code))),
    forget: () => (session = undefined),
    close: () => sockets.clients.forEach((socket) => socket.terminate()),
  };
  return gateway;
}
