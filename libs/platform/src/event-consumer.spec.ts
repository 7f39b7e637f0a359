import { setImmediate as turn } from 'node:timers/promises';
import { contract, event, Text } from '@skep/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import { expect, it } from '@jest/globals';
import { newCtx, writeCtx } from './context.js';
import type { Database } from './database.js';
import { EventConsumer } from './event-consumer.js';
import type { Log } from './log.js';

class Said {
  @Text() text!: string;
}
const { said } = contract('test', { said: event(Said) });

it('has an event in hand no longer than it works on it, though others keep coming', async () => {
  const heard: (() => void)[] = [];
  const hear = () => new Promise<void>((done) => heard.push(done));
  // Every id is new to this inbox.
  const db = {
    transaction: (work: () => Promise<void>) => work(),
    rows: (_: unknown, [, ids]: [string, string[]]) => Promise.resolve(ids.map((event_id) => ({ event_id }))),
    inTenant: (_: string, work: () => Promise<void>) => work(),
  } as unknown as Database;
  const consumer = new EventConsumer('test', said, hear, false, db, {} as Log);
  const taken: string[] = [];
  const take = (text: string) => {
    const headers = writeCtx(newCtx());
    headers.append('Nats-Msg-Id', text);
    const message = { headers, json: () => ({ text }), ack: () => undefined } as unknown as JsMsg;
    void consumer.take(message).then(() => taken.push(text));
  };
  take('first');
  await turn();
  take('second');
  heard[0]?.();
  await turn();
  expect(heard).toHaveLength(2);
  expect(taken).toEqual(['first']);
  heard[1]?.();
  await turn();
  expect(taken).toEqual(['first', 'second']);
});
