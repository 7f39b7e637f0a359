import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { services } from '../start/services.mjs';
import { loadSecrets } from '../start/secrets.mjs';
import { startNats } from '../start/nats.mjs';

let data, nats, secrets;
const open = [];

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'skep-nats-'));
  secrets = loadSecrets(data, { BILLING_NATS_PASSWORD: '12e3' }); // looks like a number
  nats = await startNats({ data, log: join(data, 'nats.log'), secrets });
});

afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await nats?.stop();
  rmSync(data, { recursive: true, force: true });
});

async function as(user, pass = secrets[`${user.toUpperCase().replaceAll('-', '_')}_NATS_PASSWORD`]) {
  const connection = await connect({ servers: nats.url, user, pass, inboxPrefix: `_INBOX.${user}`, reconnect: false, timeout: 2000 });
  open.push(connection);
  return connection;
}

/** What the server says against a subscription or a publication; 'allowed' when nothing. */
async function verdict(connection, act) {
  const refused = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') return status.error.message;
  })();
  act(connection)?.closed?.catch(() => {});
  await connection.flush();
  return Promise.race([refused, new Promise((resolve) => setTimeout(resolve, 100, 'allowed'))]);
}

test('a service without its password is not let in', async () => {
  await expect(as('kernel', 'wrong')).rejects.toThrow(/authorization/i);
});

test.each(services)('$name asks, answers, and keeps the event stream', async ({ name, context }) => {
  const service = await as(name);
  const asker = await as('api-gateway');
  service.subscribe(`op.${context}.ping`, { queue: name, callback: (_, message) => message.respond('pong') });
  await service.flush();
  expect((await asker.request(`op.${context}.ping`)).string()).toBe('pong');

  const manager = await jetstreamManager(service);
  await manager.streams.add({ name: 'events', subjects: ['event.>'] });
  await jetstream(service).publish(`event.${context}.happened`, 'it did');
  await manager.consumers.add('events', { durable_name: name, filter_subject: `event.${context}.happened`, ack_policy: 'explicit' });
  const message = await (await jetstream(service).consumers.get('events', name)).next({ expires: 2000 });
  expect(message.string()).toBe('it did');
  expect(await message.ackAck()).toBe(true);
});

test.each([
  ['answer another service’s operations', (kernel) => kernel.subscribe('op.billing.>')],
  ['read another service’s replies', (kernel) => kernel.subscribe('_INBOX.billing.>')],
  ['read everything', (kernel) => kernel.subscribe('>')],
  ['tell another service’s events', (kernel) => kernel.publish('event.billing.holdCaptured')],
  ['give another service’s hints', (kernel) => kernel.publish('hint.auth.sessionRevoked')],
  ['delete the event stream', (kernel) => kernel.publish('$JS.API.STREAM.DELETE.events')],
  ['make a stream of its own', (kernel) => kernel.publish('$JS.API.STREAM.CREATE.other')],
])('a service may not %s', async (_, act) => {
  expect(await verdict(await as('kernel'), act)).toMatch(/permissions violation/i);
});

test('a service may tell and hear events and hints', async () => {
  for (const act of [
    (k) => k.subscribe('event.>'),
    (k) => k.subscribe('hint.kernel.feed'),
    (k) => k.publish('hint.kernel.feed'),
    (k) => k.publish('event.kernel.told'),
  ])
    expect(await verdict(await as('kernel'), act)).toBe('allowed');
});
