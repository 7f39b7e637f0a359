import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Refusal, StripeObjects } from './stripe-objects.js';

/** How the server fails. It processes the request first, then responds like this. */
export type FailureMode =
  'ok' | 'silent' | 'half' | 'hang_up' | 'declined' | 'limited' | 'broken' | 'garbage' | 'html' | 'empty' | 'denied';

interface Answer {
  status: number;
  json: string;
}

/** A fake Stripe over HTTP: form-encoded requests, JSON responses, Stripe's error types, and responses stored by idempotency key. */
export class StripeServer extends StripeObjects {
  mode: FailureMode = 'ok';
  /** Overrides `mode` by `METHOD /path`. */
  readonly modeOf = new Map<string, FailureMode>();
  /** Received requests, as `METHOD /path`. */
  readonly requests: string[] = [];
  /** POST requests without an Idempotency-Key. DELETE is idempotent anyway. */
  readonly withoutKey: string[] = [];
  private readonly keys = new Map<string, { request: string; answer: Answer }>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(private readonly secretKey: string) {
    super();
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Pays an intent, as a user does with the client secret. */
  pay(id: string, amount?: number): void {
    const intent = this.intents.get(id);
    if (!intent) throw new Error(`no intent ${id}`);
    Object.assign(intent, { status: 'succeeded', amount_received: amount ?? intent.amount });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [path = '', query] = (request.url ?? '').split('?');
    this.requests.push(`${request.method} ${path}`);
    const send = (status: number, type: string, content: string) => void response.writeHead(status, { 'content-type': type }).end(content);
    const fail = (status: number, type: string, code?: string) =>
      send(status, 'application/json', refusal(new Refusal(status, type, code)));
    if (request.headers.authorization !== `Bearer ${this.secretKey}`) return fail(401, 'invalid_request_error');
    const { status, json } = this.once(request, path, new URLSearchParams(request.method === 'GET' ? query : body));
    const responses: Record<FailureMode, () => void> = {
      ok: () => send(status, 'application/json', json),
      silent: () => undefined,
      half: () =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).write(json.slice(0, 20)),
      hang_up: () => void request.socket.destroy(),
      declined: () => fail(402, 'card_error', 'card_declined'),
      limited: () => fail(429, 'invalid_request_error', 'rate_limit'),
      broken: () => fail(500, 'api_error'),
      garbage: () => send(200, 'application/json', '{"id":'),
      html: () => send(200, 'text/html', '<h1>It works!</h1>'),
      empty: () => send(200, 'application/json', '{}'),
      denied: () => fail(403, 'invalid_request_error'),
    };
    responses[this.modeOf.get(`${request.method} ${path}`) ?? this.mode]();
  }

  private once({ method = '', headers }: IncomingMessage, path: string, form: URLSearchParams): Answer {
    const key = headers['idempotency-key'];
    if (method === 'POST' && key === undefined) this.withoutKey.push(`${method} ${path}`);
    const request = `${method} ${path} ${form.toString()}`;
    const known = this.keys.get(String(key));
    if (key !== undefined && known)
      return known.request === request ? known.answer : { status: 400, json: refusal(new Refusal(400, 'idempotency_error')) };
    const answer = this.perform(method, path, form);
    if (key !== undefined) this.keys.set(String(key), { request, answer });
    return answer;
  }

  private perform(method: string, path: string, form: URLSearchParams): Answer {
    try {
      return { status: 200, json: JSON.stringify(this.handle(method, path, form)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, json: refusal(error) };
    }
  }
}

const refusal = ({ status, type, code, more }: Refusal) => JSON.stringify({ error: { type, code, message: `planted ${status}`, ...more } });
