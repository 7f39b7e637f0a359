import { setTimeout as sleep } from 'node:timers/promises';
import type { Column, Measurement, Row } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import { readEvents } from '../read-events.ts';
import type { Skep } from '../skep.ts';
import { percentile } from '../statistics.ts';
import { startTestApi } from '../test-api.ts';

const READERS = 250;
const EVENTS_PER_SECOND = 20;
const IDLE = 2_000;
const OPENED_AT_ONCE = 50;
/** How long memory settles. */
const SETTLE_MS = 5_000;

export const description = `${READERS} clients that read a run of ${EVENTS_PER_SECOND} events/s each, and the memory of ${IDLE} idle ones`;

interface Delays extends Row {
  events?: number;
  p50?: number;
  p99?: number;
  most?: number;
  lost?: number;
  mib?: number;
}

const COLUMNS: Column<Delays>[] = [
  { head: 'events', value: ({ events }) => events, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
  { head: 'lost', value: ({ lost }) => lost, digits: 0 },
  { head: 'MiB more', value: ({ mib }) => mib, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const { gateway, post } = await startTalks(skep);
  const words = seconds * EVENTS_PER_SECOND;
  const delays: number[] = [];
  let received = 0;
  const read = async () => {
    const stream = await post({ parts: 1, words, pause_ms: 1000 / EVENTS_PER_SECOND, length: 10 }, ({ part, at }) => {
      if (part !== 0) return;
      received++;
      delays.push(Date.now() - at);
    });
    await stream.ended;
  };
  await Promise.all(Array.from({ length: READERS }, read));
  progress(`streams: ${received} events`);
  const busy = { events: received, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), most: percentile(delays, 1) };
  const lost = READERS * words - received;

  await sleep(SETTLE_MS);
  const before = residentMemory({ gateway })['gateway']!;
  const idle: { close: () => void }[] = [];
  while (idle.length < IDLE)
    idle.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => post({ waits: true }, () => {})))));
  await sleep(SETTLE_MS);
  const mib = residentMemory({ gateway })['gateway']! - before;
  for (const { close } of idle) close();
  const results: Record<string, Delays> = { busy: { ...busy, lost }, idle: { mib } };
  return {
    title: `Events of runs over one gateway: ${READERS} runs with ${EVENTS_PER_SECOND} events/s and a reader each; ${IDLE} readers of runs that wait`,
    results,
    columns: COLUMNS,
    targets: [
      { name: 'from the event to the client, p99 ms', value: busy.p99, atMost: 200 },
      { name: 'lost events', value: lost, atMost: 0 },
      { name: `MiB of the gateway for ${IDLE} idle readers`, value: mib, atMost: 60 },
    ],
  };
};

interface Word {
  part: number;
  at: number;
}

/** Returns the gateway's process id, and a function that starts a run and reads it. */
async function startTalks(skep: Skep) {
  const { url, pid, headers } = await startTestApi(skep, 'streams', 'talker', { service: { SKEP_RUNS_AT_ONCE: String(READERS) } });
  const post = (input: object, onWord: (word: Word) => void) =>
    readEvents(`${url}/talks`, headers, input, (event, data) => {
      if (event === 'word') onWord(JSON.parse(data) as Word);
    });
  return { gateway: pid, post };
}
