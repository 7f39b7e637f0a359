import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ServiceHarness, asAnonymous, startService, waitUntil } from '../../src/index.js';
import { echo, noteAddedHandler, startEcho } from './echo/main.js';

let harness: ServiceHarness;
const publish = () => harness.publish(echo.noteAdded, { id: 1, text: 'first', author: null, created_at: new Date() });
const consumed = async () => (await harness.call(echo.count, asAnonymous(), {})).consumed;

beforeEach(async () => {
  noteAddedHandler.delayMs = 0;
  harness = await startService('echo', startEcho);
});
afterEach(() => harness?.close());

it('consumes within seconds an event that another process was handling when it died', async () => {
  await harness.stop();
  await publish();
  const consumer = await jetstream(harness.bus.connection).consumers.get('events', 'echo-echo-noteAdded');
  expect((await consumer.next({ expires: 10_000 }))?.json()).toMatchObject({ text: 'first' });
  await harness.restart();
  await waitUntil('the event', async () => (await consumed()) === 1, 15_000);
});

it('does not receive an event again while its handler runs', async () => {
  noteAddedHandler.delayMs = 7_000;
  await publish();
  await waitUntil('the event', async () => (await consumed()) === 1, 15_000);
  const { consumers } = await jetstreamManager(harness.bus.connection);
  expect((await consumers.info('events', 'echo-echo-noteAdded')).delivered.consumer_seq).toBe(1);
});

it('updates a consumer that an earlier release created with other settings', async () => {
  const { consumers } = await jetstreamManager(harness.bus.connection);
  const ackWait = async () => (await consumers.info('events', 'echo-echo-noteAdded')).config.ack_wait;
  const expected = await ackWait();
  await harness.stop();
  await consumers.update('events', 'echo-echo-noteAdded', { ack_wait: 30e9 });
  await harness.restart();
  expect(await ackWait()).toBe(expected);
});
