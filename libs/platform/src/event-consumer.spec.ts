import { setImmediate as turn } from 'node:timers/promises';
import { contract, event, Text } from '@skep/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import { expect, it } from '@jest/globals';
import { newCtx, writeCtx } from './context.js';
import type { Database } from './database.js';
import { EventConsumer } from './event-consumer.js';
import type { Log } from './log.js';

class Note {
  @Text() text!: string;
}
const { noted } = contract('test', { noted: event(Note) });

it('acknowledges an event as soon as its handler ends, while other events keep arriving', async () => {
  const started: (() => void)[] = [];
  const handler = () => new Promise<void>((done) => started.push(done));
  // Every id is new to this inbox.
  const db = {
    transaction: (work: () => Promise<void>) => work(),
    rows: (_: unknown, { events }: { events: string[] }) => Promise.resolve(events.map((event_id) => ({ event_id }))),
    inTenant: (_: string, work: () => Promise<void>) => work(),
  } as unknown as Database;
  const consumer = new EventConsumer('test', noted, handler, false, db, {} as Log);
  const consumed: string[] = [];
  const consume = (text: string) => {
    const headers = writeCtx(newCtx());
    headers.append('Nats-Msg-Id', text);
    const message = { headers, json: () => ({ text }), ack: () => undefined } as unknown as JsMsg;
    void consumer.consume(message).then(() => consumed.push(text));
  };
  consume('first');
  await turn();
  consume('second');
  started[0]?.();
  await turn();
  expect(started).toHaveLength(2);
  expect(consumed).toEqual(['first']);
  started[1]?.();
  await turn();
  expect(consumed).toEqual(['first', 'second']);
});
