import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Message } from '@skep/contracts';
import { type Bus, openLog, receiveForSockets, RunEvents, RunLog, Sockets } from '@skep/platform';
import { freePort } from '@skep/platform/free-port';
import { natsConf } from '../generate/nats-conf.ts';
import type { ServiceInfo } from '../generate/services.ts';
import { natsServerBinary } from '../nats-server.mjs';
import { services } from '../start/services.mjs';
import type { Server } from '../start/embedded-server.ts';
import { loadSecrets, type Secrets } from '../start/secrets.ts';
import { startNats } from '../start/nats.ts';

const owners = services.filter(({ database }) => database);

/** Every subject on which a process must be allowed to publish. */
function publishedSubjects({ name, context, database, calls, publishes, consumes, runs, sockets }: (typeof services)[number]): string[] {
  const durables = consumes.map((subject) => [subject, [name, ...subject.split('.').slice(1)].join('-')]);
  const callers = services.filter((other) => other.calls.some((subject) => subject.startsWith(`op.${context}.`)));
  return [
    ...calls,
    ...publishes,
    ...callers.map((other) => `_INBOX.${other.name}.x.1`),
    // A gateway answers what services send to its sockets.
    ...(!database && sockets ? owners.filter((owner) => owner.sockets).map((owner) => `_INBOX.${owner.name}.x.1`) : []),
    ...(database || runs ? ['$JS.API.INFO'] : []),
    ...(database ? ['$JS.API.STREAM.INFO.events', '$JS.API.STREAM.CREATE.events'] : []),
    ...durables.flatMap(([subject, durable]) => [
      `$JS.API.CONSUMER.CREATE.events.${durable}.${subject}`,
      `$JS.API.CONSUMER.INFO.events.${durable}`,
      `$JS.API.CONSUMER.MSG.NEXT.events.${durable}`,
      `$JS.ACK.events.${durable}.1.1.1.1.0`,
      `$JS.ACK._.account.events.${durable}.1.1.1.1.0.random`,
    ]),
  ];
}

let data: string;
let nats: Server;
let secrets: Secrets;
const open: NatsConnection[] = [];

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

async function connectAs(user: string, password = secrets[`${user.toUpperCase().replaceAll('-', '_')}_NATS_PASSWORD`], servers = nats.url) {
  const login = { user, pass: password ?? '' };
  const connection = await connect({ servers, ...login, inboxPrefix: `_INBOX.${user}`, reconnect: false, timeout: 2000 });
  open.push(connection);
  return connection;
}

/** Returns those of the subjects that the server refuses. It reports errors before it answers the flush. */
async function findRefused(
  user: string,
  { publish = [], subscribe = [] }: { publish?: string[]; subscribe?: string[] },
): Promise<string[]> {
  const connection = await connectAs(user);
  const errors: string[] = [];
  const listening = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') errors.push(status.error.message);
  })();
  for (const subject of publish) connection.publish(subject);
  for (const subject of subscribe) connection.subscribe(subject).closed.catch(() => {});
  await connection.flush();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await connection.close();
  await listening;
  return [...publish, ...subscribe].filter((subject) =>
    errors.some((message) => /permissions violation/i.test(message) && message.includes(`"${subject}"`)),
  );
}

test('a service cannot connect without its password', async () => {
  await expect(connectAs('kernel', 'wrong')).rejects.toThrow(/authorization/i);
});

test.each(services)('$name may publish and subscribe to everything that it declares', async (service) => {
  const { name, context, database, listens } = service;
  const subscribe = [`_INBOX.${name}.x.*`, ...listens, ...(database ? [`op.${context}.anything`] : [])];
  const publish = [...publishedSubjects(service), ...(database ? [] : owners.map((owner) => `op.${owner.context}._status`))];
  expect(await findRefused(name, { publish, subscribe })).toEqual([]);
});

test.each(services)('$name may not publish what only other services publish', async (service) => {
  const everything = new Set(services.flatMap(publishedSubjects));
  const own = new Set(publishedSubjects(service));
  const publish = [...everything].filter((subject) => !own.has(subject));
  expect(publish.length).toBeGreaterThan(10);
  expect(await findRefused(service.name, { publish })).toEqual(publish);
});

test.each(services)('$name may neither read messages for others nor change the stream', async ({ name }) => {
  const others = services.filter((other) => other.name !== name);
  const subscribe = ['>', ...others.map((other) => `_INBOX.${other.name}.>`), ...others.map(({ context }) => `op.${context}.>`)];
  const consumer = name === 'billing' ? 'kernel-billing-balanceChanged' : 'billing-kernel-callFinished';
  const publish = [
    ...['STREAM.DELETE.events', 'STREAM.UPDATE.events', 'STREAM.PURGE.events', 'STREAM.CREATE.other', 'STREAM.MSG.DELETE.events'],
    ...['STREAM.MSG.GET.events', `CONSUMER.DELETE.events.${consumer}`, `CONSUMER.CREATE.events.${consumer}`, 'CONSUMER.CREATE.events'],
    ...[`CONSUMER.DURABLE.CREATE.events.${consumer}`, `CONSUMER.MSG.NEXT.events.${consumer}`],
  ].map((call) => `$JS.API.${call}`);
  expect(await findRefused(name, { publish, subscribe })).toEqual([...publish, ...subscribe]);
});

test('an answer, and the progress messages before it, reach the caller', async () => {
  const billing = await connectAs('billing');
  const gateway = await connectAs('api-gateway');
  billing.subscribe('op.billing.getBalance', {
    queue: 'billing',
    callback: (_, message) => ['working', 'working', '42'].forEach((text) => message.respond(text)),
  });
  await billing.flush();
  const answers = gateway.subscribe('_INBOX.api-gateway.x.1', { max: 3 });
  gateway.publish('op.billing.getBalance', '', { reply: '_INBOX.api-gateway.x.1' });
  const received: string[] = [];
  for await (const message of answers) received.push(message.string());
  expect(received).toEqual(['working', 'working', '42']);
});

test('an event gets from its publisher through the stream to its consumer, with the client library', async () => {
  const [kernel, billing] = [await connectAs('kernel'), await connectAs('billing')];
  const manager = await jetstreamManager(kernel);
  await expect(manager.streams.info('events')).rejects.toThrow(/not found/);
  await manager.streams.add({ name: 'events', subjects: ['event.>'] });
  await jetstream(kernel).publish('event.kernel.callFinished', 'it did');
  const durable_name = 'billing-kernel-callFinished';
  const { consumers } = await jetstreamManager(billing);
  await consumers.add('events', { durable_name, filter_subject: 'event.kernel.callFinished', ack_policy: 'explicit' });
  const message = await (await jetstream(billing).consumers.get('events', durable_name)).next({ expires: 2000 });
  expect(message?.string()).toBe('it did');
  expect(await message?.ackAck()).toBe(true);
});

/** What a service declares that does nothing. */
const none = { settings: {}, calls: [], listens: [], consumes: [], publishes: [], outgoing: [] };

test('the events of runs get from their owner to a reader, and neither can do more to their stream', async () => {
  const owner = { ...none, name: 'talker', context: 'talker', database: true, runs: 'owner' as const };
  const reader = { ...none, name: 'listener', context: 'gateway', database: false, runs: 'reader' as const };
  const { as, stop: stopServer } = await startFor('runs', [owner, reader]);
  try {
    const [talker, listener] = [await as('talker'), await as('listener')];
    const log = openLog('test', 'silent');
    const [events, runLog] = [new RunEvents(talker, 'talker', log), new RunLog(listener, log)];
    const [begin, received, stop] = [await runLog.end(), [] as string[], new AbortController()];
    const lost = () => void received.push('lost');
    const run = { context: 'talker', run: 'run_1', signal: stop.signal, onEnd: () => {}, onLost: lost, ready: async () => {} };
    const read = async (name: string, from: typeof begin) =>
      runLog.read({ ...run, onEvent: ({ type }) => void received.push(`${name}: ${type}`) }, from);
    events.add(['run_1', 1, 1, 'one', {}]);
    await events.flush('run_1');
    await read('back', { ...begin, after: -1 });
    events.add(['run_1', 1, 2, 'two', {}]);
    await events.flush('run_1');
    await runLog.settled();
    expect(received).toEqual(['back: one', 'back: two']);
    stop.abort();
    for (const connection of [talker, listener])
      for (const request of ['DELETE', 'UPDATE', 'PURGE', 'MSG.DELETE']) {
        const refused = connection.request(`$JS.API.STREAM.${request}.runs`, '', { timeout: 1_000 });
        await expect(refused).rejects.toThrow(/permission/i);
      }
  } finally {
    await stopServer();
  }
});

test('messages to sockets get from their service to the gateway that holds them, and from no other service', async () => {
  const owner = { ...none, name: 'talker', context: 'talker', database: true, sockets: 'owner' as const };
  const other = { ...none, name: 'walker', context: 'walker', database: true };
  const holder = { ...none, name: 'listener', context: 'gateway', database: false, sockets: 'holder' as const };
  const { as, stop } = await startFor('sockets', [owner, other, holder]);
  try {
    const [talker, walker, listener] = [await as('talker'), await as('walker'), await as('listener')];
    const gateway = 'a'.repeat(16);
    const received: unknown[] = [];
    receiveForSockets(listener, gateway, (...order) => received.push(order) > 0);
    await listener.flush();
    const id = `${gateway}-${'b'.repeat(24)}`;
    const socketsOf = (connection: NatsConnection, context: string) => new Sockets({ connection } as Bus, context);
    expect(await socketsOf(talker, 'talker').send(id, Message, { message: 'hi' })).toBe(true);
    expect(await socketsOf(talker, 'talker').close(id, 4001, 'bye')).toBe(true);
    expect(await socketsOf(talker, 'talker').close(id.replace('a', 'c'), 4001, 'bye')).toBe(false);
    for (const [connection, context] of [
      [talker, 'walker'],
      [walker, 'walker'],
      [walker, 'talker'],
    ] as const)
      await expect(socketsOf(connection, context).close(id, 4001, 'bye')).rejects.toThrow('unavailable');
    expect(received).toEqual([
      ['talker', id, { text: '{"message":"hi"}' }],
      ['talker', id, { code: 4001, reason: 'bye' }],
    ]);
  } finally {
    await stop();
  }
});

/** Starts a server for these services. The password of each user is its name in capitals. */
async function startFor(name: string, of: readonly ServiceInfo[]) {
  const conf = join(data, `${name}.conf`);
  writeFileSync(conf, natsConf(of));
  const port = await freePort();
  const users = ['operator', ...of.map(({ name }) => name)].map((user) => user.toUpperCase());
  const env = Object.fromEntries(users.map((user) => [`${user}_NATS_PASSWORD`, `"${user}"`]));
  const args = ['-c', conf, '-a', '127.0.0.1', '-p', String(port), '-sd', join(data, name)];
  const server = spawn(await natsServerBinary(), args, { env, stdio: 'ignore' });
  const as = (user: string) => connectAs(user, user.toUpperCase(), `nats://127.0.0.1:${port}`);
  for (const end = Date.now() + 20_000; ;)
    if (
      await as('operator').then(
        () => true,
        (error: unknown) => (Date.now() > end ? Promise.reject(error) : false),
      )
    )
      break;
  const stop = async () => {
    server.kill();
    await once(server, 'exit');
  };
  return { as, stop };
}
