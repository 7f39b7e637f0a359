import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { asAnonymous, startService, waitUntil, type ServiceHarness } from '../../src/index.js';
import { echo, noteAddedHandler, startEcho } from './echo/main.js';

/**
 * Starts a proxy to NATS. While `isStalled`, it stops reading from each connection that publishes an event, like a server whose
 * JetStream waits for its disk.
 */
async function startProxy(url: string) {
  const stalled = new Set<Socket>();
  const proxy = { isStalled: false, stalledCount: () => stalled.size, resume: () => {}, url: '', server: undefined as unknown as Server };
  const { hostname, port } = new URL(url);
  proxy.server = createServer((client) => {
    const nats = connect(Number(port), hostname);
    client.on('data', (bytes) => {
      nats.write(bytes);
      if (!proxy.isStalled || !bytes.includes('HPUB event.')) return;
      stalled.add(client);
      client.pause();
    });
    nats.pipe(client);
    for (const [one, other] of [
      [client, nats],
      [nats, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  proxy.resume = () => {
    proxy.isStalled = false;
    for (const socket of stalled) socket.resume();
    stalled.clear();
  };
  await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
  proxy.url = `nats://127.0.0.1:${(proxy.server.address() as { port: number }).port}`;
  return proxy;
}

let harness: ServiceHarness;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeEach(async () => {
  noteAddedHandler.delayMs = 0;
  harness = await startService('echo');
  proxy = await startProxy(harness.infra.nats.url);
});
afterEach(async () => {
  proxy.resume();
  await harness.close();
  proxy.server.close();
});

it('answers requests while JetStream accepts no events, and publishes them afterwards', async () => {
  const service = await startEcho({ ...harness.env, NATS_URL: proxy.url });
  try {
    proxy.isStalled = true;
    await harness.call(echo.addNote, asAnonymous(), { text: 'first', stars: 3 });
    await waitUntil('a stalled event', async () => proxy.stalledCount() > 0);
    for (let notes = 2; notes <= 6; notes++) {
      await harness.call(echo.addNote, asAnonymous(), { text: 'another', stars: 3 });
      expect(await harness.call(echo.count, asAnonymous(), {})).toMatchObject({ notes });
    }
    proxy.resume();
    await waitUntil('the events', async () => (await harness.call(echo.count, asAnonymous(), {})).consumed === 6, 20_000);
  } finally {
    await service.stop();
  }
});
