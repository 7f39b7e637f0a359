import { newCtx } from '@skep/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asUser, freePort, type ServiceHarness, startService, waitUntil } from '../../src/index.js';
import { echo, preparation, startEcho } from './echo/main.js';

/** As deploy/nats.conf names it. */
const STREAM = 'events';
let harness: ServiceHarness;
const ctx = () => asUser('ada', { deadline: newCtx().deadline });
const note = (text: string) => ({ text, stars: 3 });
const count = () => harness.call(echo.count, ctx(), {});
const ready = async () => (await fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}/readyz`)).status;

beforeEach(async () => {
  harness = await startService('echo', startEcho);
});
afterEach(() => harness?.close());

it('answers unavailable within a second while NATS is down, and recovers on its own', async () => {
  await harness.infra.nats.kill();
  await waitUntil('readiness to go red', async () => (await ready()) === 503);
  const soon = { ...ctx(), deadline: Date.now() + 1_000 };
  await expect(harness.call(echo.count, soon, {})).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
  await harness.infra.nats.start();
  await waitUntil('readiness to go green', async () => (await ready()) === 200, 10_000);
  await waitUntil('an answer', count, 10_000);
});

it('is not ready while the disk of Postgres is full, and reports the disk', async () => {
  await harness.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on note execute function refuse()`);
  await expect(harness.call(echo.addNote, ctx(), note('first'))).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
  expect(await (await fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}/readyz`)).json()).toEqual({
    ready: false,
    parts: { nats: true, postgres: true, disk: false },
  });
  await harness.query('drop trigger disk_full on note');
  await waitUntil('readiness to go green', async () => (await ready()) === 200, 20_000);
  await harness.call(echo.addNote, ctx(), note('first'));
});

it('keeps an event that was stored while NATS was down, and publishes it afterwards', async () => {
  await harness.call(echo.addNote, ctx(), note('first'));
  await waitUntil('the first event', async () => (await count()).consumed === 1);
  const outbox = await harness.query(`insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox returning id`);
  expect(outbox).toHaveLength(1);
  await harness.infra.nats.kill();
  await harness.infra.nats.start();
  await waitUntil('the second event', async () => (await count()).consumed === 2, 15_000);
});

it('rebuilds a lost stream from the outbox, and consumes no event twice', async () => {
  for (const text of ['a', 'b', 'c']) await harness.call(echo.addNote, ctx(), note(text));
  await waitUntil('all events', async () => (await count()).consumed === 3);
  const manager = await jetstreamManager(harness.bus.connection);
  await manager.streams.delete(STREAM);
  await harness.stop();
  await harness.query(`delete from inbox where event_id = (select id from outbox order by seq limit 1)`);
  await harness.restart();
  expect(await harness.call(echo.republishEvents, ctx(), {})).toEqual({ events: 3 });
  await waitUntil('the event that was not in the inbox', async () => (await count()).consumed === 4);
  await waitUntil('the complete stream', async () => (await manager.streams.info(STREAM)).state.last_seq === 3);
  expect((await count()).consumed).toBe(4);
});

it('is ready only once it answers, so that the copy that it replaces runs until then', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const port = await freePort();
  const state = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status,
      () => undefined,
    );
  preparation.ended = promise;
  const started = harness.startCopy({ MANAGEMENT_PORT: String(port) });
  await waitUntil('the port', async () => (await state()) !== undefined);
  expect(await state()).toBe(503);
  resolve();
  await started;
  expect(await state()).toBe(200);
});

it('reports the age of the oldest event in its outbox', async () => {
  const age = async () =>
    (
      (await (await fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}/readyz?verbose`)).json()) as {
        outbox_age_ms: number;
      }
    ).outbox_age_ms;
  expect(await age()).toBe(0);
  await harness.infra.nats.kill();
  await harness.query(
    `insert into outbox (subject, ctx, payload, created_at) values ('event.echo.nothing', '{}', '{}', now() - interval '1 hour')`,
  );
  expect(Math.round((await age()) / 600_000)).toBe(6);
  await harness.infra.nats.start();
  await waitUntil('the event to be sent', async () => (await age()) === 0, 15_000);
});

it('reports the difference between its clock and that of Postgres', async () => {
  const verbose = async () => (await fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}/readyz?verbose`)).json();
  expect(await verbose()).toMatchObject({ ready: true, clock_ahead_ms: { postgres: expect.any(Number) } });
  const now = Date.now;
  Date.now = () => now() + 3_600_000;
  try {
    const { clock_ahead_ms } = (await verbose()) as { clock_ahead_ms: { postgres: number } };
    expect(Math.round(clock_ahead_ms.postgres / 600_000)).toBe(6);
  } finally {
    Date.now = now;
  }
});

it('tells how long each part works or fails, who waits for connections, and how old its outbox is', async () => {
  const at = (path: string) => fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}${path}`);
  const state = async () => (await (await at('/readyz?verbose')).json()) as { parts: object; for_ms: { nats: number; postgres: number } };
  const metric = async (name: string) =>
    Number(new RegExp(`^${name}\\{.*\\} ([\\d.e+-]+)$`, 'm').exec(await (await at('/metrics')).text())?.[1]);
  const before = await state();
  await harness.infra.nats.kill();
  await waitUntil('the loss of NATS', async () => (await ready()) === 503);
  const during = await state();
  expect(during).toMatchObject({ parts: { nats: false, postgres: true } });
  expect(during.for_ms.nats).toBeLessThan(during.for_ms.postgres);
  expect(during.for_ms.postgres).toBeGreaterThan(before.for_ms.postgres);
  await harness.query(
    `insert into outbox (subject, ctx, payload, created_at) values ('event.echo.nothing', '{}', '{}', now() - interval '1 hour')`,
  );
  expect(Math.round((await metric('skep_outbox_age_seconds')) / 600)).toBe(6);
  expect(await metric('skep_pool_waiting')).toBe(0);
  await harness.infra.nats.start();
  await waitUntil('the event to be sent', async () => (await metric('skep_outbox_age_seconds')) === 0, 15_000);
});

it('answers unavailable while Postgres refuses connections, and recovers on its own', async () => {
  const [{ name }] = (await harness.query('select current_database() as name')) as [{ name: string }];
  const refuse = `alter database "${name}" allow_connections false`;
  const disconnect = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
  await harness.infra.asAdmin(refuse);
  await harness.infra.asAdmin(disconnect);
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await waitUntil('readiness to go red', async () => (await ready()) === 503);
  await harness.infra.asAdmin(`alter database "${name}" allow_connections true`);
  await waitUntil('an answer', count, 10_000);
  expect(await ready()).toBe(200);
});

it('finishes requests in progress before it stops', async () => {
  const slow = harness.call(echo.sleep, ctx(), { ms: 600 });
  await waitUntil('the request to start', () => new Promise((resolve) => setTimeout(() => resolve(true), 100)));
  const stopped = harness.stop();
  await expect(slow).resolves.toMatchObject({ notes: 0 });
  await stopped;
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
});

it('shares requests between two instances, and one of them consumes each event', async () => {
  const second = await harness.startCopy();
  await Promise.all(Array.from({ length: 40 }, (_, i) => harness.call(echo.addNote, ctx(), note(`n${i}`))));
  await waitUntil('all events', async () => (await count()).consumed === 40);
  await second.stop();
  expect(await count()).toEqual({ notes: 40, consumed: 40 });
});
