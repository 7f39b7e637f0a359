import { connectNats, openLog, RUN_LOG } from '@skep/platform';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { Infrastructure } from './infrastructure.js';

/** The names of the durable consumers of events: `SERVICE-CONTEXT-EVENT`. */
export const listConsumers = (infra: Infrastructure): Promise<string[]> =>
  managed(infra, async ({ consumers }) => {
    const names: string[] = [];
    for await (const { name } of consumers.list('events')) names.push(name);
    return names;
  });

/** Sets how long the events of runs are kept. */
export const setRunLogAge = (infra: Infrastructure, ms: number): Promise<void> =>
  managed(
    infra,
    async ({ streams }) => void (await streams.update(RUN_LOG, { max_age: ms * 1e6, duplicate_window: Math.min(ms, 120_000) * 1e6 })),
  );

/** How many messages with events of runs there are. */
export const countRunLog = (infra: Infrastructure): Promise<number> =>
  managed(infra, async ({ streams }) => (await streams.info(RUN_LOG)).state.messages);

async function managed<T>({ nats }: Infrastructure, work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const connection = await connectNats('test', nats.user('operator'), openLog('test', 'silent'));
  try {
    return await work(await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}
