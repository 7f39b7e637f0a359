import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import type { Log } from './log.js';

/** The settings of a NATS connection. */
export interface NatsConfig {
  NATS_URL: string;
  NATS_USER?: string;
  NATS_PASSWORD?: string;
}

/**
 * Connects to NATS, and reconnects for ever. The inbox prefix is the NATS user's name: the server's permissions allow no other.
 * `noAsyncTraces`: an async stack per request would cost a third of the throughput.
 */
export async function connectNats(name: string, config: NatsConfig, log: Log): Promise<NatsConnection> {
  const options: ConnectionOptions = {
    servers: config.NATS_URL,
    name,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    inboxPrefix: `_INBOX.${config.NATS_USER ?? name}`,
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    pingInterval: 2_000,
    maxPingOut: 2,
    waitOnFirstConnect: true,
  };
  const connection = await connect(options);
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') log.warn('lost the connection to NATS; reconnecting');
      if (type === 'reconnect') log.info('reconnected to NATS');
    }
  })();
  return connection;
}
