import { jetstreamManager, type JetStreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { newCtx, type Readiness } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { asUser, type ServiceHarness, startService, waitUntil } from '../../src/index.js';
import { echo, noteAddedHandler, startEcho } from './echo/main.js';

const MAX_BYTES = 65_536;
const STREAM = 'events';
let harness: ServiceHarness;
let manager: JetStreamManager;

beforeAll(async () => {
  harness = await startService('echo', startEcho, { env: { SKEP_STREAM_MAX_BYTES: String(MAX_BYTES) } });
  manager = await jetstreamManager(harness.bus.connection);
});
beforeEach(() => void (noteAddedHandler.delayMs = 0));
afterAll(async () => {
  noteAddedHandler.delayMs = 0;
  await harness?.close();
});

const addNote = (text: string) => harness.call(echo.addNote, asUser('ada', { deadline: newCtx().deadline }), { text, stars: 3 });
const count = () => harness.call(echo.count, asUser('ada'), {});
const bytes = async () => (await manager.streams.info(STREAM)).state.bytes;
const management = (path: string) => fetch(`http://127.0.0.1:${harness.runningInstance().managementPort}${path}`);
const readiness = async () => (await (await management('/readyz?verbose')).json()) as Readiness;

it('an event leaves the stream when it has been consumed', async () => {
  await addNote('short');
  await waitUntil('the event', async () => (await count()).consumed === 1);
  await waitUntil('an empty stream', async () => (await bytes()) === 0);
});

it('a slow consumer fills the stream up to its bound, which is reported; further events wait in the outbox and none is lost', async () => {
  const [{ consumed: before }, perSecond, seconds] = [await count(), 50, 7];
  noteAddedHandler.delayMs = 150;
  let peak = 0;
  for (let i = 0; i < perSecond * seconds; i += perSecond / 5) {
    const pause = new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all(Array.from({ length: perSecond / 5 }, (_, j) => addNote(`${i + j} ${'x'.repeat(80)}`)));
    peak = Math.max(peak, await bytes());
    await pause;
  }
  expect(peak).toBeGreaterThan(0.9 * MAX_BYTES);
  expect((await harness.query('select 1 from outbox where sent_at is null')).length).toBeGreaterThan(0);
  const warned = () => readiness().then(({ warnings = [] }) => warnings.find((warning) => warning.includes('70 % full')));
  expect(await waitUntil('the warning', warned, 15_000)).toMatch(/npm run skep -- status/);
  expect(await readiness()).toMatchObject({ ready: true, stream: { max_bytes: MAX_BYTES } });
  const metrics = await (await management('/metrics')).text();
  expect(metrics).toMatch(/^skep_stream_bytes{.*} [1-9]/m);
  expect(metrics).toMatch(/^skep_consumer_lag{.*consumer="echo-echo-noteAdded".*} [1-9]/m);
  noteAddedHandler.delayMs = 0;
  await waitUntil(
    'all events',
    async () => {
      peak = Math.max(peak, await bytes());
      return (await count()).consumed === before + perSecond * seconds;
    },
    30_000,
  );
  expect(peak).toBeLessThanOrEqual(MAX_BYTES);
  await waitUntil('an empty stream', async () => (await bytes()) === 0);
  await waitUntil('the end of the warning', async () => !(await warned()), 15_000);
});

it('a stream with the settings of an earlier version is reported, and not changed by the service', async () => {
  await harness.stop();
  await manager.streams.delete(STREAM);
  await manager.streams.add({ name: STREAM, subjects: ['event.>'], retention: RetentionPolicy.Limits });
  await harness.restart();
  expect((await readiness()).warnings).toEqual([expect.stringMatching(/retention, discard, max_age, max_bytes.*update-stream/)]);
  expect((await manager.streams.info(STREAM)).config.retention).toBe(RetentionPolicy.Limits);
});
