import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call as the server got it. */
export interface ReceivedCall {
  headers: Record<string, string>;
  body: string;
}
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** The server of a developer on loopback. Each path answers in another way, most of them wrongly. */
export interface DeveloperServer {
  /** The address of a function that is answered as `answers` says. */
  urlOf(path: string): string;
  received: ReceivedCall[];
  answers: Record<string, Answer>;
  close(): Promise<void>;
}

export const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** Answers of servers that do not work. */
export const BROKEN: Readonly<Record<string, Answer>> = {
  silent: () => undefined,
  reset: (response) => void response.destroy(),
  html: (response) => void response.end('<p>Hello</p>'),
  cut: (response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"a":');
    setTimeout(() => response.destroy(), 50);
  },
  huge: (response) => void response.end(JSON.stringify('x'.repeat(300 * 1024))),
  deep: (response) => void response.end('['.repeat(40) + ']'.repeat(40)),
  unstorable: json({ text: 'a\0b' }),
  redirect: (response, request) => void response.writeHead(307, { location: `http://127.0.0.2:${request.socket.localPort}/ok` }).end(),
  refused: json({ error: 'This order is closed.' }, 409),
  busy: json({}, 429),
  failed: json({ detail: 'The disk is full.' }, 500),
  late: json({}, 504),
};

export async function startDeveloperServer(): Promise<DeveloperServer> {
  const received: ReceivedCall[] = [];
  const answers: Record<string, Answer> = { ...BROKEN, ok: json({ id: 7 }) };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers as Record<string, string>, body });
      answers[request.url?.slice(1) ?? '']?.(response, request);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (path) => `http://127.0.0.1:${port}/${path}`,
    received,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A function of the IR that a server runs. */
export const onServer = (server: DeveloperServer, path: string, more: object = {}) => ({
  name: path.replaceAll('-', '_'),
  action_type: 'write',
  impl: { kind: 'http', url: server.urlOf(path) },
  ...more,
});
