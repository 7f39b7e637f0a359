import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { Outbound, OutboundError, type OutboundRequest } from './outbound.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** Two origins on loopback: the second one stands for a stranger. */
const origins: { server: Server; url: string; seen: IncomingMessage[]; answer: Answer }[] = [];
const ok: Answer = (_, response) => response.end('ok');

beforeAll(async () => {
  for (const address of ['127.0.0.1', '127.0.0.2']) {
    const origin = { seen: [] as IncomingMessage[], answer: ok, url: '' };
    const server = createServer((request, response) => {
      origin.seen.push(request);
      request.resume().on('end', () => origin.answer(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    origins.push(Object.assign(origin, { server, url: `http://${address}:${(server.address() as AddressInfo).port}` }));
  }
});
const clients: Outbound[] = [];
const client = (allow = '', resolve?: typeof lookup) => {
  const outbound = new Outbound(allow, resolve);
  clients.push(outbound);
  return outbound;
};
afterEach(async () => {
  for (const origin of origins) Object.assign(origin, { answer: ok, seen: [] });
  await Promise.all(clients.splice(0).map((each) => each.close()));
});
afterAll(() => {
  for (const { server } of origins) server.close().closeAllConnections();
});

const home = () => origins[0]!;
const stranger = () => origins[1]!;
/** The reason of a failure, or the text of an answer. */
const get = (outbound: Outbound, url: string, request?: OutboundRequest) =>
  outbound.fetch(url, request).then(
    ({ bytes }) => bytes.toString(),
    (error: unknown) => (error instanceof OutboundError ? error.reason : error),
  );
const redirectTo =
  (location: string, status = 302): Answer =>
  (_, response) =>
    response.writeHead(status, { location }).end();

describe('an address on the inside', () => {
  it.each([
    ...[
      '127.0.0.1',
      'localhost',
      '127.1',
      '2130706433',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ],
    ...['0.0.0.0', '[::]', '169.254.169.254', '[64:ff9b::a9fe:a9fe]', '10.0.0.1'],
  ])('%s is refused, and nothing is sent', async (host) => {
    const { port } = new URL(home().url);
    expect(await get(client(), `http://${host}:${port}/`)).toBe('address');
    expect(home().seen).toEqual([]);
  });

  it('is called if the operator allows it, or has written it down', async () => {
    expect(await get(client('127.0.0.1/32'), home().url)).toBe('ok');
    expect(await get(client(), home().url, { ofOperator: true })).toBe('ok');
    expect(await get(client('127.0.0.1/32'), stranger().url)).toBe('address');
  });

  it.each(['ftp://example.com', 'file:///etc/passwd', 'http://user:secret@example.com', 'nonsense'])('%s is no address', async (url) => {
    expect(await get(client('127.0.0.0/8'), url)).toBe('address');
  });
});

it('a name that changes between a check and the connection gains nothing', async () => {
  const { port } = new URL(home().url);
  const answers = [['1.1.1.1'], ['127.0.0.1'], ['10.0.0.1', '127.0.0.1']];
  const resolve = (_: string, __: object, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      answers.shift()!.map((address) => ({ address, family: 4 })),
    );
  const outbound = client('', resolve as typeof lookup);
  const asked = async (timeoutMs: number) => get(outbound, `http://rebinding.example:${port}`, { timeoutMs });
  expect(['time', 'network']).toContain(await asked(100));
  expect([await asked(5_000), await asked(5_000), home().seen]).toEqual(['address', 'address', []]);
});

describe('a redirect', () => {
  const both = () => client('127.0.0.1,127.0.0.2');

  it('to the inside is refused, also from an address of the operator', async () => {
    home().answer = redirectTo(stranger().url);
    expect(await get(client(), home().url, { ofOperator: true })).toBe('address');
    expect(await get(client('127.0.0.1'), home().url)).toBe('address');
    expect(stranger().seen).toEqual([]);
  });

  it('to another origin gets no credentials, and no body', async () => {
    home().answer = redirectTo(stranger().url);
    const headers = { authorization: 'Bearer secret', cookie: 'a=b', 'x-api-key': 'secret', accept: 'text/plain' };
    expect(await get(both(), home().url, { headers })).toBe('ok');
    expect(stranger().seen[0]!.headers).toMatchObject({ accept: 'text/plain' });
    expect(JSON.stringify(stranger().seen[0]!.headers)).not.toContain('secret');
    home().answer = redirectTo(stranger().url, 307);
    expect(await get(both(), home().url, { method: 'POST', body: 'secret' })).toBe('redirect');
  });

  it('of the same origin keeps the headers, and the body if its status says so', async () => {
    const statuses = [303, 308];
    for (const status of statuses) {
      home().answer = (request, response) =>
        request.url === '/'
          ? redirectTo('/next', status)(request, response)
          : response.end(`${request.method} ${request.headers.authorization}`);
      const request = { method: 'POST', body: 'x', headers: { authorization: 'mine' } };
      expect(await get(both(), home().url, request)).toBe(status === 308 ? 'POST mine' : 'GET mine');
    }
  });

  it('that never ends is given up', async () => {
    home().answer = redirectTo('/again');
    expect(await get(both(), home().url)).toBe('redirect');
    expect(home().seen).toHaveLength(6);
  });
});

describe('an answer', () => {
  const here = () => client('127.0.0.1');

  it('that is too large is cut off, also if it is compressed', async () => {
    home().answer = (_, response) => response.end('x'.repeat(2_000));
    expect(await get(here(), home().url, { maxBytes: 1_000 })).toBe('size');
    home().answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const gzip = createGzip();
      gzip.pipe(response);
      gzip.end(Buffer.alloc(5_000_000));
    };
    expect(await get(here(), home().url, { maxBytes: 1_000_000 })).toBe('size');
  });

  it('that does not come, or never ends, is given up in time', async () => {
    home().answer = () => undefined;
    expect(await get(here(), home().url, { timeoutMs: 200 })).toBe('time');
    home().answer = (_, response) => void response.write('a');
    expect(await get(here(), home().url, { timeoutMs: 200 })).toBe('time');
  });

  it('that breaks off is an error of the network', async () => {
    home().answer = (_, response) => void response.write('a', () => response.destroy());
    expect(await get(here(), home().url)).toBe('network');
    expect(await get(client('127.0.0.0/8'), 'http://127.0.0.3:1')).toBe('network');
  });
});

it('one origin has eight connections at most', async () => {
  let [open, most] = [0, 0];
  home().answer = (_, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => (open--, response.end('ok')), 20);
  };
  const outbound = client('127.0.0.1');
  expect(await Promise.all(Array.from({ length: 30 }, () => get(outbound, home().url)))).toEqual(Array(30).fill('ok'));
  expect(most).toBe(8);
});
