import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { countFaults, deliver } from '../deliver.ts';

test('each delivery is sent, every twentieth is followed by an earlier one, and what is refused counts as failed', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(body === '7' ? 429 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const all = Array.from({ length: 40 }, (_, n) => ({ url, headers: {}, body: String(n) }));
    expect(await deliver(all, 400)).toMatchObject({ requests: 41, sent: 40, accepted: 39, failed: 1, failure: 'Error: HTTP 429: ' });
    const sent = [...all.map(({ body }) => body), '9', '29'];
    expect(bodies.sort()).toEqual(sent.sort());
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a delivery that failed may be stored, but none that was accepted may be missing, and none stored twice', () => {
  const all = [
    { sent: 10, accepted: 8 },
    { sent: 5, accepted: 5 },
  ];
  expect([12, 13, 14, 15, 16].map((stored) => countFaults(all, stored))).toEqual([1, 0, 0, 0, 1]);
});
