import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { currentSpan, type Span } from './span.js';

/** A request of `fetch`. https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
interface FetchRequest {
  method: string;
  origin: string;
}

const open = new WeakMap<object, Span>();
let subscribed = false;

/**
 * Gives each outgoing request of `fetch` and `node:http` a span below the current one, through the channels that Node publishes them on.
 * The span contains neither path nor headers: they may contain ids and secrets.
 */
export function traceOutgoingHttp(): void {
  if (subscribed) return;
  subscribed = true;
  on<{ request: FetchRequest }>('undici:request:create', ({ request }) => start(request, request.method, request.origin));
  on<{ request: FetchRequest; response: { statusCode: number } }>('undici:request:headers', ({ request, response }) =>
    setStatus(request, response.statusCode),
  );
  on<{ request: FetchRequest }>('undici:request:trailers', ({ request }) => end(request));
  on<{ request: FetchRequest; error: unknown }>('undici:request:error', ({ request, error }) => end(request, error));

  on<{ request: ClientRequest }>('http.client.request.created', ({ request }) =>
    start(request, request.method, `${request.protocol}//${String(request.getHeader('host') ?? request.host)}`),
  );
  on<{ request: ClientRequest; response: IncomingMessage }>('http.client.response.finish', ({ request, response }) => {
    setStatus(request, response.statusCode ?? 0);
    response.once('close', () => end(request));
  });
  on<{ request: ClientRequest; error: unknown }>('http.client.request.error', ({ request, error }) => end(request, error));
}

/** An error of a subscriber would end the process, and none is expected. */
const on = <Message>(channel: string, listener: (message: Message) => void) =>
  subscribe(channel, (message) => listener(message as Message));

function start(request: object, method: string, origin: string): void {
  const parent = currentSpan();
  if (!parent) return;
  const { hostname, port, protocol } = new URL(origin);
  const attributes = {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
  open.set(request, parent.startChild(method, 'client', attributes));
}

function setStatus(request: object, status: number): void {
  const span = open.get(request);
  span?.set({ 'http.response.status_code': status });
  if (status >= 400) span?.failWith(String(status));
}

function end(request: object, error?: unknown): void {
  const span = open.get(request);
  open.delete(request);
  if (error) span?.fail(error);
  span?.end();
}
