import type { Operation } from '@skep/contracts';
import type { FairPool } from './internals/fair-pool.js';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How full the stream of events is. */
export interface StreamState {
  bytes: number;
  max_bytes: number;
  messages: number;
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The Prometheus metrics of one process. */
export class Metrics {
  readonly registry = new Registry();
  private readonly operations: Histogram<'operation' | 'outcome'>;
  private readonly removedRows: Counter<'table'>;
  private readonly stream: Record<'bytes' | 'max_bytes' | 'messages', Gauge>;
  private readonly consumerLag: Gauge<'consumer'>;
  private readonly attempts: Histogram<'kind' | 'outcome'>;
  private readonly slots: Counter<'kind' | 'outcome'>;
  private readonly proofs: Counter<'operation' | 'outcome'>;
  private readonly runsHeld: Gauge;
  private readonly runQueueAge: Gauge;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.operations = new Histogram({
      name: 'skep_operation_seconds',
      help: 'Duration of operations in seconds, by outcome: ok or a problem code.',
      labelNames: ['operation', 'outcome'],
      buckets: BUCKETS,
      registers: [this.registry],
    });
    this.removedRows = new Counter({
      name: 'skep_removed_rows_total',
      help: 'Rows that were removed because the time for which they are kept is over, by table.',
      labelNames: ['table'],
      registers: [this.registry],
    });
    const registers = [this.registry];
    this.stream = {
      bytes: new Gauge({ name: 'skep_stream_bytes', help: 'Bytes in the stream of events.', registers }),
      max_bytes: new Gauge({ name: 'skep_stream_max_bytes', help: 'Bytes that the stream of events may have.', registers }),
      messages: new Gauge({ name: 'skep_stream_messages', help: 'Events in the stream.', registers }),
    };
    this.consumerLag = new Gauge({
      name: 'skep_consumer_lag',
      help: 'Events that a consumer has yet to consume, including those that it is consuming.',
      labelNames: ['consumer'],
      registers,
    });
    this.attempts = new Histogram({
      name: 'skep_run_seconds',
      help: 'Duration of attempts of runs in seconds, by how they ended: done, failed, cancelled, waiting, retried or lost.',
      labelNames: ['kind', 'outcome'],
      buckets: [...BUCKETS, 30, 300, 3_000],
      registers,
    });
    this.slots = new Counter({
      name: 'skep_slots_total',
      help: 'Slots of schedules, by what became of them: ran, skipped or missed.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.proofs = new Counter({
      name: 'skep_device_proofs_total',
      help: 'Requests that should prove their device, by operation and outcome: valid, missing or invalid.',
      labelNames: ['operation', 'outcome'],
      registers,
    });
    this.runsHeld = new Gauge({ name: 'skep_runs_held', help: 'Runs that this process works on.', registers });
    this.runQueueAge = new Gauge({
      name: 'skep_run_queue_age_seconds',
      help: 'For how long the oldest run that is due has waited for a process; the same in all processes of a service.',
      registers,
    });
  }

  /** Reports the connections of pools, and how long work waits for one. @param pools by name, such as `lists` */
  watchPools(pools: Readonly<Record<string, FairPool>>): void {
    const registers = [this.registry];
    const names = Object.entries(pools);
    const labelNames = ['pool'] as const;
    const wait = new Histogram({
      name: 'skep_pool_wait_seconds',
      help: 'Time that work waited for a connection to Postgres, if it had to wait.',
      labelNames,
      buckets: BUCKETS,
      registers,
    });
    for (const [pool, each] of names) each.onWaited = (seconds) => wait.observe({ pool }, seconds);
    const gauge = (name: string, help: string, read: (pool: FairPool) => number) =>
      new Gauge({
        ...{ name, help, labelNames, registers },
        collect() {
          for (const [pool, each] of names) this.set({ pool }, read(each));
        },
      });
    gauge('skep_pool_waiting', 'Work that waits for a connection to Postgres.', (pool) => pool.waiting);
    gauge('skep_pool_busy', 'Connections to Postgres that are in use.', (pool) => pool.totalCount - pool.idleCount);
  }

  /** Reports the age of the oldest event that the outbox has not sent. @param readMs undefined if Postgres does not answer */
  watchOutbox(readMs: () => Promise<number | undefined>): void {
    const age = new Gauge({
      name: 'skep_outbox_age_seconds',
      help: 'Age of the oldest event that the outbox has not sent; 0 if there is none. The same in all processes of a service.',
      registers: [this.registry],
      async collect() {
        const ms = await readMs();
        if (ms === undefined) age.reset();
        else age.set(ms / 1000);
      },
    });
  }

  setStream({ bytes, max_bytes, messages }: StreamState): void {
    this.stream.bytes.set(bytes);
    this.stream.max_bytes.set(max_bytes);
    this.stream.messages.set(messages);
  }

  setConsumerLag(consumer: string, events: number): void {
    this.consumerLag.set({ consumer }, events);
  }

  setRuns({ held, queueAgeS }: { held: number; queueAgeS: number }): void {
    this.runsHeld.set(held);
    this.runQueueAge.set(queueAgeS);
  }

  /** Records an attempt of a run. */
  observeAttempt(kind: string, outcome: string, seconds: number): void {
    this.attempts.observe({ kind, outcome }, seconds);
  }

  countSlots(kind: string, outcome: string, slots: number): void {
    this.slots.inc({ kind, outcome }, slots);
  }

  countProof({ context, name }: Operation, outcome: string): void {
    this.proofs.inc({ operation: `${context}.${name}`, outcome });
  }

  countRemoved(table: string, rows: number): void {
    this.removedRows.inc({ table }, rows);
  }

  /** Returns the function that records one run of the operation. `start` is a `performance.now()`. */
  operation({ context, name }: Operation): (outcome: string, start: number) => void {
    const operation = `${context}.${name}`;
    return (outcome, start) => this.operations.observe({ operation, outcome }, (performance.now() - start) / 1000);
  }
}
