import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstreamManager,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from './ensure-stream.js';
import { Interval } from './interval.js';
import type { Log } from './log.js';
import type { Metrics, StreamState } from './metrics.js';

/** The JetStream stream that holds the events of all services. */
export const STREAM = 'events';
const DAY_NS = 24 * 3600 * 1e9;
/** After a week without a request, JetStream removes a consumer: otherwise one that no service has any more would keep its events. */
const CONSUMER_INACTIVE_NS = 7 * DAY_NS;
const POLL_MS = 5_000;
/** The share of `max_bytes` from which the stream counts as filling up. */
const WARN_AT = 0.7;

/** After this long without progress, JetStream delivers an event again: its process died. */
const ACK_WAIT_NS = 5e9;
export const MAX_IN_PROGRESS = 64;
/** JetStream's error code if a consumer exists with other settings, such as those of an earlier release. */
const CONSUMER_EXISTS = 10_148;

/** The stream's settings (ADR 16): it holds an event until every consumer has it, and refuses new ones rather than dropping old ones. */
export const streamConfig = (maxBytes: number) => ({
  subjects: ['event.>'],
  retention: RetentionPolicy.Interest,
  discard: DiscardPolicy.New,
  storage: StorageType.File,
  max_age: 7 * DAY_NS,
  max_bytes: maxBytes,
});

/** The name of the consumer with which a service consumes an event. */
export const consumerOf = (service: string, subject: string): string => [service, ...subject.split('.').slice(1)].join('-');

/** Creates the consumer with which a service consumes an event, or gives the existing one the settings of this release. Returns its name. */
export async function ensureConsumer({ consumers }: JetStreamManager, service: string, subject: string): Promise<string> {
  const durable_name = consumerOf(service, subject);
  const identity = { durable_name, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All };
  const changeable = {
    filter_subject: subject,
    ack_wait: ACK_WAIT_NS,
    max_ack_pending: MAX_IN_PROGRESS,
    inactive_threshold: CONSUMER_INACTIVE_NS,
  };
  await consumers.add(STREAM, { ...identity, ...changeable }).catch((error: unknown) => {
    if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_EXISTS) throw error;
    return consumers.update(STREAM, durable_name, changeable);
  });
  return durable_name;
}

/** The names of the settings in which a stream differs. */
export function findDifferences(config: StreamConfig, maxBytes: number): string[] {
  const { subjects: _, ...expected } = streamConfig(maxBytes);
  return Object.entries(expected).flatMap(([name, value]) => (config[name as keyof StreamConfig] === value ? [] : [name]));
}

/** Creates the stream of events, and watches how full it is and how many events wait for this service. */
export class EventStream {
  /** Undefined until the first answer of JetStream. */
  state?: StreamState;
  /** What an operator should look at, a sentence each. */
  warnings: string[] = [];
  /** Events that each consumer of this service has yet to consume. */
  readonly lags: Record<string, number> = {};
  private readonly consumers: string[] = [];
  private readonly interval = new Interval(POLL_MS, () =>
    this.update().catch((error: unknown) => this.log.debug({ error }, 'JetStream does not report the state of the stream of events')),
  );

  constructor(
    private readonly connection: NatsConnection,
    private readonly maxBytes: number,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** Creates the stream if it does not exist. */
  ensure(): Promise<void> {
    return ensureStream(this.connection, { name: STREAM, ...streamConfig(this.maxBytes) });
  }

  /** Reports the lag of a consumer of this service too. */
  addConsumer(name: string): void {
    this.consumers.push(name);
  }

  /** Starts watching. */
  async start(): Promise<void> {
    this.interval.start();
    await this.interval.run();
  }

  async stop(): Promise<void> {
    await this.interval.stop();
  }

  private async update(): Promise<void> {
    const manager = await jetstreamManager(this.connection, { checkAPI: false });
    const info = await manager.streams.info(STREAM);
    const { bytes, messages } = info.state;
    this.state = { bytes, max_bytes: info.config.max_bytes, messages };
    this.metrics.setStream(this.state);
    await this.updateLags(manager);
    this.warn(findWarnings(info, this.maxBytes));
  }

  private async updateLags({ consumers }: JetStreamManager): Promise<void> {
    for (const name of this.consumers) {
      const { num_pending, num_ack_pending } = await consumers.info(STREAM, name);
      this.lags[name] = num_pending + num_ack_pending;
      this.metrics.setConsumerLag(name, this.lags[name]);
    }
  }

  /** Logs a warning once, until it has been resolved. */
  private warn(warnings: string[]): void {
    for (const warning of warnings) if (!this.warnings.includes(warning)) this.log.warn(warning);
    this.warnings = warnings;
  }
}

function findWarnings({ config, state }: StreamInfo, maxBytes: number): string[] {
  const differences = findDifferences(config, maxBytes);
  return [
    ...(config.max_bytes > 0 && state.bytes >= WARN_AT * config.max_bytes
      ? [
          `the stream of events is over ${100 * WARN_AT} % full: a consumer is behind (npm run skep -- status); when it is full, events wait in the outboxes`,
        ]
      : []),
    ...(differences.length
      ? [`the stream of events has other settings than Skep needs (${differences.join(', ')}): run npm run skep -- update-stream`]
      : []),
  ];
}
