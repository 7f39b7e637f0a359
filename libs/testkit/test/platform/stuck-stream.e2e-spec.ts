import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { nobody, startService, waitUntil, type ServiceHarness } from '../../src/index.js';
import { echo, hearing, startEcho } from './echo.js';

/** A way to NATS on which a connection that publishes an event is taken no further while `stuck`, as by a server whose JetStream waits for its disk. */
async function wayTo(url: string) {
  const stuck = new Set<Socket>();
  const way = { isStuck: false, held: () => stuck.size, free: () => {}, url: '', server: undefined as unknown as Server };
  const { hostname, port } = new URL(url);
  way.server = createServer((client) => {
    const nats = connect(Number(port), hostname);
    client.on('data', (bytes) => {
      nats.write(bytes);
      if (!way.isStuck || !bytes.includes('HPUB event.')) return;
      stuck.add(client);
      client.pause();
    });
    nats.pipe(client);
    for (const [one, other] of [
      [client, nats],
      [nats, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  way.free = () => {
    way.isStuck = false;
    for (const socket of stuck) socket.resume();
    stuck.clear();
  };
  await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
  way.url = `nats://127.0.0.1:${(way.server.address() as { port: number }).port}`;
  return way;
}

let harness: ServiceHarness;
let way: Awaited<ReturnType<typeof wayTo>>;

beforeEach(async () => {
  hearing.pause_ms = 0;
  harness = await startService('echo');
  way = await wayTo(harness.infra.nats.url);
});
afterEach(async () => {
  way.free();
  await harness.close();
  way.server.close();
});

it('answers requests while JetStream takes no events, and publishes them afterwards', async () => {
  const service = await startEcho({ ...harness.env, NATS_URL: way.url });
  try {
    way.isStuck = true;
    await harness.call(echo.addNote, nobody(), { text: 'first', stars: 3 });
    await waitUntil('an event that is held up', async () => way.held() > 0);
    for (let notes = 2; notes <= 6; notes++) {
      await harness.call(echo.addNote, nobody(), { text: 'another', stars: 3 });
      expect(await harness.call(echo.count, nobody(), {})).toMatchObject({ notes });
    }
    way.free();
    await waitUntil('the events', async () => (await harness.call(echo.count, nobody(), {})).heard === 6, 20_000);
  } finally {
    await service.stop();
  }
});
