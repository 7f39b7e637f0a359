import { newCtx } from '@skep/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Door, openDoor, person, until } from '../../src/index.js';
import { echo, startEcho } from './echo.js';

/** As deploy/nats.conf names it. */
const STREAM = 'events';
let door: Door;
const ctx = () => person('ada', { deadline: newCtx().deadline });
const note = (text: string) => ({ text, stars: 3 });
const count = () => door.call(echo.count, ctx(), {});
const ready = async () => (await fetch(`http://127.0.0.1:${door.running().managementPort}/readyz`)).status;

beforeEach(async () => {
  door = await openDoor('echo', startEcho);
});
afterEach(() => door?.close());

it('says unavailable within a second while NATS is away, and recovers by itself', async () => {
  await door.infra.nats.kill();
  await until('readiness to go red', async () => (await ready()) === 503);
  const soon = { ...ctx(), deadline: Date.now() + 1_000 };
  await expect(door.call(echo.count, soon, {})).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
  await door.infra.nats.start();
  await until('readiness to go green', async () => (await ready()) === 200, 10_000);
  await until('an answer', count, 10_000);
});

it('is not ready while the disk of Postgres is full, and says so', async () => {
  await door.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on note execute function refuse()`);
  await expect(door.call(echo.addNote, ctx(), note('first'))).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
  expect(await (await fetch(`http://127.0.0.1:${door.running().managementPort}/readyz`)).json()).toEqual({
    ready: false,
    parts: { nats: true, postgres: true, disk: false },
  });
  await door.query('drop trigger disk_full on note');
  await until('readiness to go green', async () => (await ready()) === 200, 20_000);
  await door.call(echo.addNote, ctx(), note('first'));
});

it('keeps an event that was caused while NATS was away until it can be sent', async () => {
  await door.call(echo.addNote, ctx(), note('first'));
  await until('the first', async () => (await count()).heard === 1);
  const outbox = await door.query(`insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox returning id`);
  expect(outbox).toHaveLength(1);
  await door.infra.nats.kill();
  await door.infra.nats.start();
  await until('the second', async () => (await count()).heard === 2, 15_000);
});

it('rebuilds a lost stream from the outbox, and takes nothing twice', async () => {
  for (const text of ['a', 'b', 'c']) await door.call(echo.addNote, ctx(), note(text));
  await until('all heard', async () => (await count()).heard === 3);
  const manager = await jetstreamManager(door.bus.connection);
  await manager.streams.delete(STREAM);
  await door.stop();
  await door.query(`delete from inbox where event_id = (select id from outbox order by seq limit 1)`);
  await door.restart();
  expect(await door.call(echo.tellAgain, ctx(), {})).toEqual({ events: 3 });
  await until('the one that was forgotten', async () => (await count()).heard === 4);
  await until('the stream to be whole', async () => (await manager.streams.info(STREAM)).state.messages === 3);
  expect((await count()).heard).toBe(4);
});

it('says for how long the oldest event has waited in its outbox', async () => {
  const age = async () =>
    ((await (await fetch(`http://127.0.0.1:${door.running().managementPort}/readyz?verbose`)).json()) as { outbox_age_ms: number })
      .outbox_age_ms;
  expect(await age()).toBe(0);
  await door.infra.nats.kill();
  await door.query(
    `insert into outbox (subject, ctx, payload, created_at) values ('event.echo.nothing', '{}', '{}', now() - interval '1 hour')`,
  );
  expect(Math.round((await age()) / 600_000)).toBe(6);
  await door.infra.nats.start();
  await until('the event to be sent', async () => (await age()) === 0, 15_000);
});

it('says when its clock differs from Postgres’', async () => {
  const verbose = async () => (await fetch(`http://127.0.0.1:${door.running().managementPort}/readyz?verbose`)).json();
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

it('says unavailable while Postgres refuses, and recovers by itself', async () => {
  const [{ name }] = (await door.query('select current_database() as name')) as [{ name: string }];
  const refuse = `alter database "${name}" allow_connections false`;
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
  await door.infra.asAdmin(refuse);
  await door.infra.asAdmin(cut);
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
  await until('readiness to go red', async () => (await ready()) === 503);
  await door.infra.asAdmin(`alter database "${name}" allow_connections true`);
  await until('an answer', count, 10_000);
  expect(await ready()).toBe(200);
});

it('finishes what it has begun before it stops', async () => {
  const slow = door.call(echo.sleep, ctx(), { ms: 600 });
  await until('it has begun', () => new Promise((resolve) => setTimeout(() => resolve(true), 100)));
  const stopped = door.stop();
  await expect(slow).resolves.toMatchObject({ notes: 0 });
  await stopped;
  await expect(count()).rejects.toMatchObject({ body: { code: 'unavailable' } });
});

it('shares the work between two instances, and each event is taken by one', async () => {
  const second = await door.another();
  await Promise.all(Array.from({ length: 40 }, (_, i) => door.call(echo.addNote, ctx(), note(`n${i}`))));
  await until('all heard', async () => (await count()).heard === 40);
  await second.stop();
  expect(await count()).toEqual({ notes: 40, heard: 40 });
});
