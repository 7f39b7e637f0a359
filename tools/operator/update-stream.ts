// Run by tools/skep/update-stream.ts and at npm start, with SKEP_STREAM_MAX_BYTES in its environment. Creates the stream of
// events, gives it the settings of this version, which services may not do, and creates the consumer of each event that a service declares: an event
// that is published before its consumer exists would be lost to it. Prints an `UpdatedStream` as JSON.
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { consumerOf, ensureConsumer, findDifferences, ServiceConfig, STREAM, streamConfig } from '@skep/platform';
import { services } from '../start/services.mjs';
import { asOperator } from './bus.ts';

const STREAM_NOT_FOUND = 10_059;
const UPDATE_REFUSED = 10_052;

/** The names of settings. */
export interface UpdatedStream {
  changed: string[];
  /** Those that this nats-server cannot change. */
  refused: string[];
  /** The consumers that did not exist. */
  created: string[];
}

await asOperator('update-stream', async ({ connection }) => {
  const { streams } = await jetstreamManager(connection);
  const maxBytes = Number(process.env.SKEP_STREAM_MAX_BYTES || new ServiceConfig().SKEP_STREAM_MAX_BYTES);
  const info = await streams.info(STREAM).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  });
  const { config } = info ?? (await streams.add({ name: STREAM, ...streamConfig(maxBytes) }));
  const differences = findDifferences(config, maxBytes);
  const refused = differences.length ? await update() : [];
  const created = await createConsumers();
  const updated: UpdatedStream = { changed: differences.filter((name) => !refused.includes(name)), refused, created };
  console.log(JSON.stringify(updated));

  /** A nats-server older than 2.10 cannot change the retention of a stream. Then `discard: new` would stop all events when it is full. */
  async function update(): Promise<string[]> {
    const { retention, discard, ...others } = streamConfig(maxBytes);
    const { config } = await streams.update(STREAM, { ...others, ...{ retention, discard } }).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === UPDATE_REFUSED) return streams.update(STREAM, others);
      throw error;
    });
    return findDifferences(config, maxBytes);
  }

  async function createConsumers(): Promise<string[]> {
    const manager = await jetstreamManager(connection);
    const existing = new Set<string>();
    for await (const { name } of manager.consumers.list(STREAM)) existing.add(name);
    const created: string[] = [];
    for (const { name, consumes } of services)
      for (const subject of consumes.filter((subject) => !existing.has(consumerOf(name, subject))))
        created.push(await ensureConsumer(manager, name, subject));
    return created;
  }
});
