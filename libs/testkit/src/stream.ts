import { connectNats, openLog } from '@skep/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import type { Infrastructure } from './infrastructure.js';

/** The contents of the event stream. */
export interface StreamContents {
  /** Names of the durable consumers: `SERVICE-CONTEXT-EVENT`. */
  consumers: string[];
  /** Each message as text: its context and its payload. */
  messages: string[];
}

/** Reads the whole event stream as the operator. */
export async function readStream({ nats }: Infrastructure): Promise<StreamContents> {
  const connection = await connectNats('test', nats.user('operator'), openLog('test', 'silent'));
  try {
    const { streams, consumers } = await jetstreamManager(connection);
    const { state } = await streams.info('events');
    const messages: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await streams.getMessage('events', { seq });
      if (message) messages.push(`${message.header.get('ctx')} ${message.string()}`);
    }
    const names: string[] = [];
    for await (const { name } of consumers.list('events')) names.push(name);
    return { consumers: names, messages };
  } finally {
    await connection.close();
  }
}
