import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than JetStream takes to create a stream. */
const CREATION_MS = 5_000;
const CREATION_POLL_MS = 100;

/** Creates a JetStream stream if it does not exist. A service may not change one: that is the operator's right (deploy/nats.conf). */
export async function ensureStream(connection: NatsConnection, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  const { streams } = await jetstreamManager(connection);
  const exists = () =>
    streams.info(config.name).then(
      () => true,
      () => false,
    );
  if (await exists()) return;
  // Several services may create it at once. JetStream reserves `max_bytes` for each request, and may refuse one before the other is done.
  await streams.add(config).catch(async (error: unknown) => {
    for (const end = Date.now() + CREATION_MS; !(await exists()); await sleep(CREATION_POLL_MS)) if (Date.now() > end) throw error;
  });
}
