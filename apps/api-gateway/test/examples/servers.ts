import { freePort, type Skep, type TestUser, waitUntil } from '@skep/testkit';
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that an example needs. */
export interface ExampleServer {
  url: string;
  close(): void;
}

/** Starts the server of an example as its author does: with secrets that Skep gives them. */
export async function startServer(skep: Skep, app_id: string, file: string, developer: TestUser): Promise<ExampleServer> {
  const create = async (what: string) =>
    (await skep.http('POST', `/v1/developer/apps/${app_id}/${what}`, { token: developer.access, body: {} })).json;
  const port = String(await freePort());
  const env = {
    PORT: port,
    SKEP_URL: skep.url,
    SKEP_SIGNING_SECRET: String((await create('signing-secrets'))['secret']),
    SKEP_EXTENSION_TOKEN: String((await create('extension-tokens'))['token']),
  };
  const child = fork(file, { env });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('the server', () => fetch(url, { method: 'POST', body: '{}' }).then(({ status }) => status === 401));
  return { url, close: () => void child.kill() };
}

/** Publishes exchange rates as `api.frankfurter.dev` does. */
export async function startRates(): Promise<ExampleServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://rates');
    const symbol = searchParams.get('symbols') ?? '';
    const isKnown = pathname === '/v1/latest' && searchParams.get('base') === 'EUR' && symbol === 'USD';
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? { amount: 1, base: 'EUR', date: '2026-06-19', rates: { USD: 1.25 } } : { message: 'not found' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
