import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ServiceHarness, nobody, startService, waitUntil } from '../../src/index.js';
import { echo, hearing, startEcho } from './echo.js';

let harness: ServiceHarness;
const tell = () => harness.publish(echo.noteAdded, { id: 1, text: 'first', author: null, created_at: new Date() });
const heard = async () => (await harness.call(echo.count, nobody(), {})).heard;

beforeEach(async () => {
  hearing.pause_ms = 0;
  harness = await startService('echo', startEcho);
});
afterEach(() => harness?.close());

it('hears within seconds an event that was in the hands of a process when it died', async () => {
  await harness.stop();
  await tell();
  const consumer = await jetstream(harness.bus.connection).consumers.get('events', 'echo-echo-noteAdded');
  expect((await consumer.next({ expires: 10_000 }))?.json()).toMatchObject({ text: 'first' });
  await harness.restart();
  await waitUntil('the event', async () => (await heard()) === 1, 15_000);
});

it('is not given an event again while it works on it', async () => {
  hearing.pause_ms = 7_000;
  await tell();
  await waitUntil('the event', async () => (await heard()) === 1, 15_000);
  const { consumers } = await jetstreamManager(harness.bus.connection);
  expect((await consumers.info('events', 'echo-echo-noteAdded')).delivered.consumer_seq).toBe(1);
});

it('goes on with a consumer that an earlier release made with other settings', async () => {
  const { consumers } = await jetstreamManager(harness.bus.connection);
  const setting = async () => (await consumers.info('events', 'echo-echo-noteAdded')).config.ack_wait;
  const present = await setting();
  await harness.stop();
  await consumers.update('events', 'echo-echo-noteAdded', { ack_wait: 30e9 });
  await harness.restart();
  expect(await setting()).toBe(present);
});
