import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a routing engine was asked. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  json: Record<string, unknown>;
}

/** How it answers: a status and JSON; text is no JSON; `silent`: never; `broken`: the connection ends. */
export type EngineAnswer = { status?: number; json?: unknown; text?: string } | 'silent' | 'broken';

/** A routing engine on loopback. Tests say what it answers, in the published form of each engine. */
export interface RoutingStub {
  url: string;
  asked: Asked[];
  answer: (asked: Asked) => EngineAnswer;
  close(): Promise<void>;
}

export async function startRoutingStub(): Promise<RoutingStub> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://engine');
      const asked = { method: request.method ?? '', path, query, json: (body ? JSON.parse(body) : {}) as Record<string, unknown> };
      stub.asked.push(asked);
      const answer = stub.answer(asked);
      if (answer === 'silent') return;
      if (answer === 'broken') return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(answer.text ?? JSON.stringify(answer.json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stub: RoutingStub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: () => ({ status: 500, json: {} }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stub;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
