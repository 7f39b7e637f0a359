// Sends 50 events a second for some minutes, through a stream that is as small in proportion as the time, with one consumer stopped for a
// third of it. The stream must keep its bound, nothing may be lost, and no process may grow.
import { jetstreamManager } from '@nats-io/jetstream';
import { connectNats, consumerOf, openLog, STREAM } from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadOf } from '../bench/bus.ts';
import { logIn } from '../bench/client.ts';
import { quiet } from '../bench/cpu.ts';
import { residentMemory } from '../bench/memory.ts';
import { callerOf } from '../bench/notes-app.ts';
import { type ServiceName, type Skep, startSkep } from '../bench/skep.ts';
import { Fault, messageOf, run } from '../setup/fault.mjs';
import { stopAsked, stopSignal } from '../setup/stop-signal.mjs';
import { countRows, countUnsent } from './rows.ts';
import { until } from './until.ts';

const RATE = 50;
/** What the default settings hold: the events of a week, and so many rows of the feed. */
const WEEK = { seconds: 7 * 86_400, streamBytes: 6_000_000_000, feedRows: 1_000_000 };
/** The smallest stream that the services accept. */
const STREAM_BYTES_MIN = 65_536;
/** Housekeeping removes rows of the feed every minute, so that those of two minutes may be there in addition. */
const FEED_SPARE = 120 * RATE;
/** The consumer that is stopped; it consumes the events of calls. */
const STOPPED: ServiceName = 'marketplace';
const CALLS_FINISHED = 'event.kernel.callsFinished';
/** The memory at the end, in proportion to that after the warm-up. */
const GROWTH_MAX = 1.3;
/** A machine that stalls refuses calls, which loses nothing. */
const REFUSED_MAX = 0.05;
const DRAIN_MS = 60_000;
const WATCH_MS = 15_000;

await run(async () => {
  const seconds = readSeconds();
  const part = seconds / WEEK.seconds;
  const bounds = {
    streamBytes: Math.max(STREAM_BYTES_MIN, Math.round(WEEK.streamBytes * part)),
    feedRows: Math.max(1, Math.round(WEEK.feedRows * part)),
  };
  const env = { SKEP_STREAM_MAX_BYTES: String(bounds.streamBytes), SKEP_FEED_KEEP_ROWS: String(bounds.feedRows) };
  const skep = await startSkep({ env });
  try {
    return await Promise.race([soak(skep, seconds, bounds), stopAsked.then(() => 130)]);
  } finally {
    await skep.stop();
  }
});
if (stopSignal.aborted) process.exit(); // the interrupted soak still runs

function readSeconds(): number {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 60) throw new Fault(`--seconds must be an integer from 60, not ${values.seconds}.`);
  return seconds;
}

/** Prints what was checked, and returns the exit code. */
async function soak(skep: Skep, seconds: number, bounds: { streamBytes: number; feedRows: number }): Promise<number> {
  console.log(`${RATE} events a second for ${seconds} s. The stream may hold ${megabytes(bounds.streamBytes)}.`);
  const stream = await openStream(skep);
  const call = await callsOf(skep);
  let highest = 0;
  const watch = async () => {
    const { bytes, messages } = await stream.state();
    highest = Math.max(highest, bytes);
    console.log(`The stream holds ${messages} events (${megabytes(bytes)}); ${await countUnsent(skep.databases)} wait in the outboxes.`);
  };
  let warm: Record<string, number> = {};
  const stopConsumer = async () => {
    await sleep((seconds * 1000) / 3);
    warm = memoryOf(skep);
    await skep.stopService(STOPPED);
    console.log(`${STOPPED} is stopped.`);
    await sleep((seconds * 1000) / 3);
    await watch();
    await skep.startService(STOPPED);
    console.log(`${STOPPED} is started again.`);
  };
  const watching = setInterval(() => void watch().catch((error: unknown) => console.log(messageOf(error))), WATCH_MS);
  const [load] = await Promise.all([loadOf(call, 1).pace({ seconds, rate: RATE }), stopConsumer()]).finally(() => clearInterval(watching));
  console.log(`${load.requests} calls were acknowledged; p99 ${load.p99.toFixed(0)} ms.`);
  const isDrained = async () => (await countUnsent(skep.databases)) === 0 && (await stream.state()).messages === 0;
  const undrained = await until('the events to be consumed', DRAIN_MS, isDrained).then(() => undefined, messageOf);
  await quiet(skep.pids);

  const published = await countRows(skep.databases.kernel, `select count(*) from outbox where subject = '${CALLS_FINISHED}'`);
  const consumed = await Promise.all(
    (['billing', STOPPED] as const).map((service) =>
      countRows(skep.databases[service], `select count(*) from inbox where consumer = '${consumerOf(service, CALLS_FINISHED)}'`),
    ),
  );
  const feedRows = await countRows(skep.databases.kernel, 'select count(*) from feed_event');
  const grown = Object.entries(memoryOf(skep)).map(([name, mib]) => ({ name, mib, before: warm[name] ?? Number.NaN }));
  return report([
    [
      'almost all calls are acknowledged',
      load.failed <= REFUSED_MAX * load.requests,
      `${load.failed} failed${load.failure ? `, the first with ${load.failure}` : ''}`,
    ],
    ['every acknowledged call has an event', published >= load.requests, `${published} events`],
    ['every consumer has every event', consumed.every((number) => number === published), `${consumed.join(' and ')} consumed`],
    ['the outboxes and the stream are empty', undrained === undefined, undrained ?? 'yes'],
    ['the stream filled up', highest >= bounds.streamBytes / 2, `up to ${megabytes(highest)}`],
    ['the stream kept its bound', highest <= bounds.streamBytes, megabytes(bounds.streamBytes)],
    ['the feed is pruned', feedRows <= bounds.feedRows + FEED_SPARE, `${feedRows} rows`],
    ...grown.map(({ name, mib, before }): Check => [
      `the memory of ${name} is flat`,
      mib <= before * GROWTH_MAX,
      `${mib.toFixed(0)} MiB, after the warm-up ${before.toFixed(0)} MiB`,
    ]),
  ]);
}

type Check = [what: string, holds: boolean, figures: string];

function report(checks: Check[]): number {
  for (const [what, holds, figures] of checks) console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${figures}`);
  const failed = checks.filter(([, holds]) => !holds).length;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** The resident memory of the services and of NATS. That of Postgres is mostly its cache. */
function memoryOf({ pids: { postgres: _, ...pids } }: Skep): Record<string, number> {
  return residentMemory(pids);
}

/** A call of a built-in function, which publishes one event. */
async function callsOf(skep: Skep) {
  const { access_token } = await logIn(skep);
  const { call } = await callerOf(skep.http, access_token);
  return () => call('billing', 'list_plans', {});
}

/** Reads the state of the stream of events as the operator. */
async function openStream({ natsUrl, secrets, beforeStop }: Skep) {
  const config = { NATS_URL: natsUrl, NATS_USER: 'operator', NATS_PASSWORD: secrets.OPERATOR_NATS_PASSWORD };
  const connection = await connectNats('soak', config, openLog('soak', 'error'));
  beforeStop(() => connection.close());
  const { streams } = await jetstreamManager(connection);
  return { state: async () => (await streams.info(STREAM)).state };
}
