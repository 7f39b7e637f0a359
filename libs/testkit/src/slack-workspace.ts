import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { startVendor, type VendorAnswer, type VendorMood, type VendorRequestIn, type VendorRequestOut } from './vendor-stub.js';

/** Slack on loopback, with one app in one workspace: its Web API, signed requests, and the socket of an app. */
export interface SlackWorkspace {
  url: string;
  credentials: Record<'bot_token' | 'signing_secret', string>;
  /** With it, the app delivers by a socket. */
  app_token: string;
  bot: string;
  mood: VendorMood | undefined;
  /** What it was sent, also what it did not take well. */
  sent: Record<string, unknown>[];
  /** A message of a person to the bot in Slack's form; `more` replaces fields. */
  message(text: string, more?: object): object;
  /** The signed request that brings an event. */
  request(event: object): VendorRequestOut;
  /** Signs a body, at a time in seconds. */
  sign(body: string, at?: number): VendorRequestOut;
  /** Delivers an event by the socket: again on each new connection until it is acknowledged. @returns the id of its envelope */
  deliver(event: object): string;
  /** The ids of envelopes that were acknowledged. */
  acknowledged: string[];
  /** Waits until the other end has read what was sent. */
  roundTrip(): Promise<unknown>;
  /** How many sockets are open. */
  sockets(): number;
  /** Asks for another connection. */
  disconnect(reason: string): void;
  /** Breaks the connections. */
  breakSockets(): void;
  close(): Promise<void>;
}

const refusal = (error: string): VendorAnswer => ({ json: { ok: false, error } });
const MOODS = {
  limited: { status: 429, headers: { 'retry-after': '7' }, json: { ok: false, error: 'ratelimited' } },
  failing: { status: 503, json: { ok: false, error: 'service_unavailable' } },
  refusing: refusal('channel_not_found'),
  silent: undefined,
};

export async function startSlackWorkspace(): Promise<SlackWorkspace> {
  const credentials = { bot_token: 'xoxb-1', signing_secret: '8f742231b10e8888abcd99yyyzzz85a5' };
  const app_token = 'xapp-1';
  const waiting = new Map<string, string>();
  const answer = ({ path, authorization, json }: VendorRequestIn): VendorAnswer | undefined => {
    const token = authorization.replace('Bearer ', '');
    if (path === '/apps.connections.open')
      return token === app_token ? { json: { ok: true, url: url.replace('http', 'ws') + '/link/?ticket=1' } } : refusal('invalid_auth');
    if (token !== credentials.bot_token) return refusal('invalid_auth');
    if (path === '/auth.test') return { json: { ok: true, user: 'bee', user_id: workspace.bot, team: 'Hive', team_id: 'T1' } };
    if (path !== '/chat.postMessage') return refusal('unknown_method');
    workspace.sent.push(json);
    if (workspace.mood) return MOODS[workspace.mood];
    return { json: { ok: true, channel: json['channel'], ts: `1700000000.${String(workspace.sent.length).padStart(6, '0')}` } };
  };
  const { url, server, close } = await startVendor(answer);
  const sockets = new WebSocketServer({ server });
  const open = () => [...sockets.clients].filter(({ readyState }) => readyState === WebSocket.OPEN);
  const send = (message: object) => open().forEach((socket) => socket.send(JSON.stringify(message)));
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }));
    for (const envelope of waiting.values()) socket.send(envelope);
    socket.on('message', (data) => {
      const { envelope_id } = JSON.parse(String(data)) as { envelope_id: string };
      waiting.delete(envelope_id);
      workspace.acknowledged.push(envelope_id);
    });
  });
  let count = 0;
  const payloadOf = (event: object) => ({
    ...{ type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: `Ev${++count}`, event },
    authorizations: [{ team_id: 'T1', user_id: workspace.bot, is_bot: true }],
  });
  const workspace: SlackWorkspace = {
    ...{ url, credentials, app_token, bot: 'U0BEE', mood: undefined, sent: [], acknowledged: [] },
    message: (text, more) => {
      const ts = `1700000000.${String(1_000 + ++count)}00`;
      return { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text, ts, ...more };
    },
    request: (event) => workspace.sign(JSON.stringify(payloadOf(event))),
    sign: (body, at = Math.floor(Date.now() / 1_000)) => {
      const signature = `v0=${createHmac('sha256', credentials.signing_secret).update(`v0:${at}:${body}`).digest('hex')}`;
      const headers = {
        'content-type': 'application/json',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': signature,
      };
      return { method: 'POST', headers, query: {}, body: Buffer.from(body) };
    },
    deliver: (event) => {
      const envelope = { envelope_id: randomUUID(), type: 'events_api', accepts_response_payload: false, payload: payloadOf(event) };
      waiting.set(envelope.envelope_id, JSON.stringify(envelope));
      send(envelope);
      return envelope.envelope_id;
    },
    roundTrip: () =>
      Promise.all(
        open().map((socket) => {
          socket.ping();
          return once(socket, 'pong');
        }),
      ),
    sockets: () => open().length,
    disconnect: (reason) => send({ type: 'disconnect', reason, debug_info: { host: 'stub' } }),
    breakSockets: () => open().forEach((socket) => socket.terminate()),
    close: () => {
      sockets.clients.forEach((socket) => socket.terminate());
      return close();
    },
  };
  return workspace;
}
