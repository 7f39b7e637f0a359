import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a vendor of chats takes messages, if not well: it limits the rate, fails, refuses, or takes one and gives no answer. */
export type VendorMood = 'limited' | 'failing' | 'refusing' | 'silent';

/** A request of a vendor to us. */
export interface VendorRequestOut {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Buffer;
}

/** A request to a vendor. */
export interface VendorRequestIn {
  method: string;
  path: string;
  /** The header `authorization`. */
  authorization: string;
  /** Empty if the body is a form. */
  json: Record<string, unknown>;
}

export interface VendorAnswer {
  status?: number;
  headers?: Record<string, string>;
  json: object;
}

/** An HTTP server on loopback that answers as a vendor does; nothing at all for undefined. */
export interface VendorServer {
  url: string;
  server: Server;
  close(): Promise<void>;
}

export async function startVendor(answer: (request: VendorRequestIn) => VendorAnswer | undefined): Promise<VendorServer> {
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const asked = { method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization ?? '' };
    const isJson = body && !request.headers['content-type']?.includes('urlencoded');
    const answered = answer({ ...asked, json: isJson ? (JSON.parse(body) as Record<string, unknown>) : {} });
    if (!answered) return;
    const { status = 200, headers = {}, json } = answered;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
