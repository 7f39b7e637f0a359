// Run by tools/skep/update-stream.ts and at npm start, with SKEP_STREAM_MAX_BYTES in its environment. Gives an existing stream of events the
// settings of this version, which services may not do. Prints JSON: the names of the changed settings, or null without a stream.
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { findDifferences, ServiceConfig, STREAM, streamConfig } from '@skep/platform';
import { asOperator } from './bus.ts';

const STREAM_NOT_FOUND = 10_059;

await asOperator('update-stream', async ({ connection }) => {
  const { streams } = await jetstreamManager(connection);
  const maxBytes = Number(process.env.SKEP_STREAM_MAX_BYTES || new ServiceConfig().SKEP_STREAM_MAX_BYTES);
  const info = await streams.info(STREAM).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  });
  const changed = info ? findDifferences(info.config, maxBytes) : null;
  if (changed?.length) await streams.update(STREAM, streamConfig(maxBytes));
  console.log(JSON.stringify(changed));
});
