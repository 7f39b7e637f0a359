import type { Operation } from '@skep/contracts';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The Prometheus metrics of one process. */
export class Metrics {
  readonly registry = new Registry();
  private readonly operations: Histogram<'operation' | 'outcome'>;
  private readonly removedRows: Counter<'table'>;

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
