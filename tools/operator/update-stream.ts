// Run by tools/skep/update-stream.ts and at npm start, with SKEP_STREAM_MAX_BYTES in its environment. Gives an existing stream of events the
// settings of this version, which services may not do. Prints an `UpdatedStream` as JSON, or null without a stream.
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { findDifferences, ServiceConfig, STREAM, streamConfig } from '@skep/platform';
import { asOperator } from './bus.ts';

const STREAM_NOT_FOUND = 10_059;
const UPDATE_REFUSED = 10_052;

/** The names of settings. */
export interface UpdatedStream {
  changed: string[];
  /** Those that this nats-server cannot change. */
  refused: string[];
}

await asOperator('update-stream', async ({ connection }) => {
  const { streams } = await jetstreamManager(connection);
  const maxBytes = Number(process.env.SKEP_STREAM_MAX_BYTES || new ServiceConfig().SKEP_STREAM_MAX_BYTES);
  const info = await streams.info(STREAM).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  });
  if (!info) return console.log('null');
  const differences = findDifferences(info.config, maxBytes);
  const refused = differences.length ? await update() : [];
  const updated: UpdatedStream = { changed: differences.filter((name) => !refused.includes(name)), refused };
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
});
