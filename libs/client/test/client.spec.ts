import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createClient, isProblem, SkepError } from '../src/index.js';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (response: ServerResponse, seen: Seen) => void;
let server: Server;
let url: string;
let seen: Seen[];
let answers: Answer[];

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
      .end(JSON.stringify(body));
const reset: Answer = (response) => response.destroy();
const problem = (status: number, code: string, detail: unknown = code, headers = {}) =>
  json({ detail, code, title: code, status }, status, headers);

// Gives one answer after the other; the last one again and again.
beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body };
      seen.push(one);
      (answers.length > 1 ? answers.shift() : answers[0])?.(response, one);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const note = { app_id: 'notes', user_id: 'imp_u_1', function: 'add', params: { text: 'Hi' } };
const called = { status: 'success', data: null, summary: '', error: null, ui: null };

it('puts each field where the route wants it', async () => {
  answers = [json(called)];
  const skep = createClient({ url, credentials: { token: 't' } });
  expect((await skep.callFunction(note)).status).toBe('success');
  await skep.browseApps({ search: 'to do', limit: 5 });
  const { app_id, ...body } = note;
  expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    `POST /v1/extensions/${app_id}/call`,
    'GET /v1/marketplace/apps?search=to+do&limit=5',
  ]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
  expect(seen[0]?.headers.authorization).toBe('Bearer t');
});

it('repeats a call with the same key after a lost connection, 503 and 429', async () => {
  answers = [reset, problem(503, 'unavailable'), problem(429, 'too_many_requests', '', { 'retry-after': '0' }), json(called)];
  await createClient({ url, credentials: { token: 't' } }).callFunction(note);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(4);
  expect(keys[0]).toBeTruthy();
  expect(new Set(keys).size).toBe(1);
});

it('gives each call a key of its own, unless the caller gives one', async () => {
  answers = [json(called)];
  const skep = createClient({ url, credentials: { token: 't' } });
  for (const options of [{}, {}, { idempotencyKey: 'mine' }]) await skep.callFunction(note, options);
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe('mine');
});

it('does not repeat a call without a key that has an effect', async () => {
  answers = [problem(503, 'unavailable')];
  await expect(createClient({ url }).login({ email: 'a@example.com', password: 'wrong' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen).toHaveLength(1);
});

it('gives up after the retries, with the problem', async () => {
  answers = [problem(503, 'unavailable')];
  await expect(createClient({ url, retries: 1, credentials: { token: 't' } }).getBalance()).rejects.toMatchObject({ status: 503 });
  expect(seen).toHaveLength(2);
});

it('rejects with the problem that the API names', async () => {
  const faults = [{ loc: ['body', 'email'], msg: 'email must be an email', type: 'is_email' }];
  answers = [json({ detail: faults, code: 'invalid_input', title: 'The input is not valid.', status: 422 }, 422, { 'x-request-id': 'r1' })];
  const error: unknown = await createClient({ url })
    .signup({ email: 'a', password: 'b' })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SkepError);
  expect(error).toMatchObject({ status: 422, code: 'invalid_input', faults, requestId: 'r1', message: 'email: email must be an email' });
  expect(isProblem(error, 'invalid_input')).toBe(true);
  expect(isProblem(error, 'conflict')).toBe(false);
});

it('says what it got when the answer is not a problem', async () => {
  answers = [(response) => response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>Proxy</h1>')];
  await expect(createClient({ url }).getHealth()).rejects.toMatchObject({
    code: 'unknown',
    message: 'The server answered with status 400.',
  });
});

it('refreshes an expired session once for all calls, and tells the new tokens', async () => {
  const fresh = { access_token: 'a2', refresh_token: 'r2' };
  answers = [
    (response, { headers, url: path }) => {
      if (path === '/v1/auth/refresh') setTimeout(() => json(fresh)(response, seen[0] as Seen), 50);
      else (headers.authorization === 'Bearer a2' ? json({ balance: 1 }) : problem(401, 'unauthenticated'))(response, seen[0] as Seen);
    },
  ];
  const told: unknown[] = [];
  const session = { access_token: 'a1', refresh_token: 'r1' };
  const skep = createClient({ url, credentials: { session, onRefresh: (tokens) => void told.push(tokens) } });
  const balances = await Promise.all([1, 2, 3].map(() => skep.getBalance()));
  expect(balances.map(({ balance }) => balance)).toEqual([1, 1, 1]);
  expect(told).toEqual([fresh]);
  const refreshes = seen.filter(({ url: path }) => path === '/v1/auth/refresh');
  expect(refreshes.map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ refresh_token: 'r1' }]);
});

it('reads a list page by page', async () => {
  answers = [
    json([{ app_id: 'a' }, { app_id: 'b' }], 200, { link: '</v1/marketplace/apps?cursor=x>; rel="next"' }),
    json([{ app_id: 'c' }]),
  ];
  const apps: string[] = [];
  for await (const { app_id } of createClient({ url }).rows('browseApps', { limit: 2 })) apps.push(app_id);
  expect(apps).toEqual(['a', 'b', 'c']);
  expect(seen.map(({ url: path }) => path)).toEqual(['/v1/marketplace/apps?limit=2', '/v1/marketplace/apps?cursor=x']);
});

it('continues a stream behind the last event after the connection is lost', async () => {
  const open = (response: ServerResponse, text: string) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
  answers = [
    (response) => {
      open(response, 'retry: 10\n\nid: 7\ndata: {"type":"a"}\n\n');
      setTimeout(() => response.destroy(), 50);
    },
    problem(503, 'unavailable', '', { 'retry-after': '0' }),
    (response) => open(response, ': comment\n\nid: 8\ndata: {"type":"b"}\n\n'),
  ];
  const got: unknown[] = [];
  for await (const event of createClient({ url, credentials: { token: 't' } }).streamEvents()) if (got.push(event) === 2) break;
  expect(got).toEqual([
    { id: '7', data: { type: 'a' } },
    { id: '8', data: { type: 'b' } },
  ]);
  expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '7']);
});

it('ends a stream that the API refuses', async () => {
  answers = [problem(403, 'forbidden')];
  const events = createClient({ url, credentials: { token: 't' } }).streamEvents();
  await expect(events.next()).rejects.toMatchObject({ code: 'forbidden' });
});

it('stops when the caller aborts', async () => {
  answers = [() => {}];
  const abort = new AbortController();
  const answer = createClient({ url }).getHealth({}, { signal: abort.signal });
  abort.abort(new Error('no longer wanted'));
  await expect(answer).rejects.toThrow('no longer wanted');
});
