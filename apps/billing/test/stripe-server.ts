import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Intent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  client_secret: string;
  metadata: Record<string, string>;
  setup_future_usage: string | null;
}

/** How the server fails: what it does for the request comes first, then it answers like this. */
export type Mood = 'well' | 'silent' | 'half' | 'hang_up' | 'declined' | 'limited' | 'broken' | 'garbage' | 'html' | 'empty' | 'denied';

/** PaymentIntents as Stripe speaks them over HTTP: form-encoded requests, JSON answers, errors of its types. */
export class StripeServer {
  readonly intents = new Map<string, Intent>();
  mood: Mood = 'well';
  /** Requests that arrived, as `METHOD /path`. */
  readonly heard: string[] = [];
  private readonly keys = new Map<string, { body: string; id: string }>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(private readonly secretKey: string) {}

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** What the person does with the client secret. */
  pay(id: string, amount?: number): void {
    const intent = this.intents.get(id);
    if (!intent) throw new Error(`no intent ${id}`);
    Object.assign(intent, { status: 'succeeded', amount_received: amount ?? intent.amount });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url?.split('?')[0] ?? '';
    this.heard.push(`${request.method} ${path}`);
    if (request.headers.authorization !== `Bearer ${this.secretKey}`) return fail(response, 401, 'invalid_request_error');
    const intent = request.method === 'POST' ? this.create(request, body) : this.intents.get(path.split('/')[3] ?? '');
    if (intent === 'other input') return fail(response, 400, 'idempotency_error');
    if (!path.startsWith('/v1/payment_intents') || !intent) return fail(response, 404, 'invalid_request_error', 'resource_missing');
    const json = JSON.stringify(intent);
    const send = (status: number, type: string, content: string) => void response.writeHead(status, { 'content-type': type }).end(content);
    const moods: Record<Mood, () => void> = {
      well: () => send(200, 'application/json', json),
      silent: () => undefined,
      half: () =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).write(json.slice(0, 20)),
      hang_up: () => void request.socket.destroy(),
      declined: () => fail(response, 402, 'card_error', 'card_declined'),
      limited: () => fail(response, 429, 'invalid_request_error', 'rate_limit'),
      broken: () => fail(response, 500, 'api_error'),
      garbage: () => send(200, 'application/json', '{"id":'),
      html: () => send(200, 'text/html', '<h1>It works!</h1>'),
      empty: () => send(200, 'application/json', '{}'),
      denied: () => fail(response, 403, 'invalid_request_error'),
    };
    moods[this.mood]();
  }

  private create(request: IncomingMessage, body: string): Intent | 'other input' {
    const key = String(request.headers['idempotency-key']);
    const known = this.keys.get(key);
    if (known) return known.body === body ? this.intents.get(known.id)! : 'other input';
    const form = new URLSearchParams(body);
    const id = `pi_${(this.intents.size + 1).toString().padStart(24, '0')}`;
    const metadata = Object.fromEntries(
      [...form].flatMap(([name, value]) => (name.startsWith('metadata[') ? [[name.slice(9, -1), value]] : [])),
    );
    const intent: Intent = {
      id,
      object: 'payment_intent',
      amount: Number(form.get('amount')),
      amount_received: 0,
      currency: form.get('currency') ?? '',
      status: 'requires_payment_method',
      client_secret: `${id}_secret_1`,
      metadata,
      setup_future_usage: form.get('setup_future_usage'),
    };
    this.intents.set(id, intent);
    this.keys.set(key, { body, id });
    return intent;
  }
}

const fail = (response: ServerResponse, status: number, type: string, code?: string) =>
  void response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { type, code, message: `planted ${status}` } }));
