import { jetstreamManager } from '@nats-io/jetstream';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Bus, connectNats, newCtx, openLog, type Running } from '../src/index.js';
import { STREAM } from '../src/nats.strategy.js';
import { echo, startEcho } from './echo.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const ctx = (more = {}) => newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user', ...more });
const note = (text: string) => ({ text, stars: 3 });
const count = () => bus.call(echo.count, ctx(), {});
const ready = async () => (await fetch(`http://127.0.0.1:${service.managementPort}/readyz`)).status;
const openBus = async () => new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'silent')), 'test');

beforeEach(async () => {
  infra = await infrastructure();
  service = await startEcho(await infra.env('echo'));
  bus = await openBus();
});
afterEach(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

it('says unavailable within a second while NATS is away, and recovers by itself', async () => {
  await infra.nats.kill();
  await until('readiness to go red', async () => (await ready()) === 503);
  const start = Date.now();
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
  expect(Date.now() - start).toBeLessThan(1_000);
  await infra.nats.start();
  await until('readiness to go green', async () => (await ready()) === 200, 10_000);
  await until('an answer', count, 10_000);
});

it('keeps an event that was caused while NATS was away until it can be sent', async () => {
  await bus.call(echo.addNote, ctx(), note('first'));
  await until('the first', async () => (await count()).heard === 1);
  const outbox = await infra.query(
    'echo',
    `insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox returning id`,
  );
  expect(outbox).toHaveLength(1);
  await infra.nats.kill();
  await infra.nats.start();
  await until('the second', async () => (await count()).heard === 2, 15_000);
});

it('rebuilds a lost stream from the outbox, and takes nothing twice', async () => {
  for (const text of ['a', 'b', 'c']) await bus.call(echo.addNote, ctx(), note(text));
  await until('all heard', async () => (await count()).heard === 3);
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.delete(STREAM);
  await service.stop();
  await infra.query('echo', 'update outbox set sent_at = null');
  await infra.query('echo', `delete from inbox where event_id = (select id from outbox order by seq limit 1)`);
  service = await startEcho(await infra.env('echo'));
  await until('the one that was forgotten', async () => (await count()).heard === 4);
  await until('the stream to be whole', async () => (await manager.streams.info(STREAM)).state.messages === 3);
  expect((await count()).heard).toBe(4);
});

it('says unavailable while Postgres refuses, and recovers by itself', async () => {
  const [{ name }] = (await infra.query('echo', 'select current_database() as name')) as [{ name: string }];
  const refuse = `alter database "${name}" allow_connections false`;
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
  await infra.asAdmin(refuse);
  await infra.asAdmin(cut);
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await until('readiness to go red', async () => (await ready()) === 503);
  await infra.asAdmin(`alter database "${name}" allow_connections true`);
  await until('an answer', count, 10_000);
  expect(await ready()).toBe(200);
});

it('finishes what it has begun before it stops', async () => {
  const slow = bus.call(echo.sleep, ctx(), { ms: 600 });
  await until('it has begun', () => new Promise((resolve) => setTimeout(() => resolve(true), 100)));
  const stopped = service.stop();
  await expect(slow).resolves.toMatchObject({ notes: 0 });
  await stopped;
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
  service = await startEcho(await infra.env('echo'));
});

it('shares the work between two instances, and each event is taken by one', async () => {
  const second = await startEcho(await infra.env('echo'));
  await Promise.all(Array.from({ length: 40 }, (_, i) => bus.call(echo.addNote, ctx(), note(`n${i}`))));
  await until('all heard', async () => (await count()).heard === 40);
  await second.stop();
  expect(await count()).toEqual({ notes: 40, heard: 40 });
});
