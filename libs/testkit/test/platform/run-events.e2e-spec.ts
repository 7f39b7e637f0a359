import { connectNats, type LogPosition, openLog, parsePosition, type RunEvent, RunEvents, RunLog } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Infrastructure, startInfrastructure, waitUntil } from '../../src/index.js';

const log = openLog('run-events', 'silent');
const CONTEXT = 'talker';
let infra: Infrastructure;
let events: RunEvents;
let runLog: RunLog;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  infra = await startInfrastructure();
  const open = () => connectNats('test', infra.nats.user('operator'), log);
  const [owner, reader] = [await open(), await open()];
  closers.push(
    () => owner.close(),
    () => reader.close(),
  );
  [events, runLog] = [new RunEvents(owner, CONTEXT, log), new RunLog(reader, log)];
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await infra?.close();
});

/** Reads a run, and keeps what it is given. */
function read(run: string, from: LogPosition) {
  const [received, stop] = [[] as (RunEvent & { text: string })[], new AbortController()];
  const text = ({ type, data, isGap }: RunEvent) => `${isGap ? 'gap ' : ''}${type} ${String(data)}`;
  const began = runLog.read(
    {
      ...{ context: CONTEXT, run, signal: stop.signal, ready: async () => {}, onEnd: () => {}, onLost: () => stop.abort() },
      onEvent: (event) => void received.push({ ...event, text: text(event) }),
    },
    from,
  );
  return { received, began, stop: () => stop.abort(), isLost: () => stop.signal.aborted, texts: () => received.map(({ text }) => text) };
}

it('events of an earlier attempt than the newest, and repeated ones, are not shown; missing ones are noticed', async () => {
  const begin = await runLog.end();
  const add = async (attempt: number, number: number) => {
    events.add(['takeover', attempt, number, 'event', `${attempt}.${number}`]);
    await events.flush('takeover');
  };
  const live = read('takeover', begin);
  await live.began;
  for (const [attempt, number] of [
    [1, 1],
    [1, 2],
    [1, 2],
    [2, 1],
    [1, 3],
    [2, 2],
    [2, 1],
    [2, 5],
  ] as const)
    await add(attempt, number);
  await runLog.settled();
  const expected = ['event 1.1', 'event 1.2', 'event 2.1', 'event 2.2', 'gap event 2.5'];
  expect(live.texts()).toEqual(expected);
  for (const [i, { id }] of live.received.entries()) {
    const again = read('takeover', parsePosition(id)!);
    await again.began;
    expect(again.texts()).toEqual(expected.slice(i + 1));
    again.stop();
  }
  live.stop();
});

it('readers that begin while events come miss none and get none twice, wherever they begin', async () => {
  const begin = await runLog.end();
  const since = new Date(Date.now() - 1_000);
  const [runs, count] = [['a', 'b', 'c'], 400];
  let adding = true;
  const add = async () => {
    for (let n = 1; n <= count; n++, await sleep(1)) for (const run of runs) events.add([run, 1, n, 'event', n]);
    adding = false;
  };
  const added = add();
  const readers: { reader: ReturnType<typeof read>; after: number }[] = [];
  while (adding) {
    for (const run of runs) {
      const known = readers.findLast(({ reader }) => reader.received.length)?.reader.received.at(-1);
      readers.push({ reader: read(run, begin), after: 0 }, { reader: read(run, { since }), after: 0 });
      if (known) readers.push({ reader: read(run, parsePosition(known.id)!), after: Number(known.data) });
    }
    await sleep(20);
  }
  await added;
  for (const run of runs) await events.flush(run);
  await Promise.all(readers.map(({ reader }) => reader.began));
  await runLog.settled();
  expect(readers.length).toBeGreaterThan(50);
  for (const { reader, after } of readers) {
    expect(reader.texts()).toEqual(Array.from({ length: count - after }, (_, i) => `event ${after + i + 1}`));
    reader.stop();
  }
});

it('an outage of NATS loses no event: readers are told to read again from where they are', async () => {
  const first = read('outage', await runLog.end());
  await first.began;
  events.add(['outage', 1, 1, 'event', 1]);
  const { id } = await waitUntil('the first event', () => first.received[0]);
  await infra.nats.kill();
  events.add(['outage', 1, 2, 'event', 2]);
  await events.flush('outage');
  await infra.nats.start();
  events.add(['outage', 1, 3, 'event', 3]);
  await waitUntil('the loss', () => first.isLost(), 60_000);
  const second = await waitUntil('the log', async () => {
    const reader = read('outage', parsePosition(id)!);
    await reader.began;
    return reader;
  });
  await waitUntil('the rest', () => second.received.length === 2);
  expect([...first.texts(), ...second.texts()]).toEqual(['event 1', 'event 2', 'event 3']);
  second.stop();
});
