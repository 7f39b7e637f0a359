import { connectNats, openLog } from '@skep/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import type { Infrastructure } from './infrastructure.js';

/** The names of the durable consumers of events: `SERVICE-CONTEXT-EVENT`. */
export async function listConsumers({ nats }: Infrastructure): Promise<string[]> {
  const connection = await connectNats('test', nats.user('operator'), openLog('test', 'silent'));
  try {
    const { consumers } = await jetstreamManager(connection);
    const names: string[] = [];
    for await (const { name } of consumers.list('events')) names.push(name);
    return names;
  } finally {
    await connection.close();
  }
}
