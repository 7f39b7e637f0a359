import pg, { type PoolClient, type PoolConfig } from 'pg';
import { FairQueue } from '../fair-queue.js';
import { currentOwner } from '../owner.js';
import { currentSpan } from '../tracing/span.js';
import { transaction } from '../transaction.js';

type Release = (destroy?: Error | boolean) => void;
type ConnectCallback = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/** How long work waits for a connection of a busy pool. */
const TIMEOUT_MS = 2_000;

/** How many connections work with an owner may have at once, together and per owner. */
export interface Shares {
  slots: number;
  slotsPerOwner: number;
}

/** Half of the connections for each owner, and one reserved for work without an owner, such as events and the outbox. */
const halves = (max: number): Shares => {
  const slots = Math.max(2, max - 1);
  return { slots, slotsPerOwner: Math.max(2, Math.ceil(slots / 2)) };
};

/**
 * A pool that gives each owner a share of its connections, by default at most half, so that one owner's load does not starve the others.
 * Work that already holds a connection does not queue for a second one.
 *
 * Assumes of pg-pool, which documents only how to use a pool:
 * - every connection is lent by `connect`, also those of `pool.query`, so an override sees each of them;
 * - it is given back through `client.release` or the callback's `release`; `client.release` is new for each loan, so it can be replaced;
 * - an idle connection that is interrupted leaves the pool, which then emits `error`;
 * - a failed `connect` calls back without a client, and nothing is to be given back.
 *
 * https://github.com/brianc/node-postgres/blob/pg%408.23.1/packages/pg-pool/index.js
 */
export class FairPool extends pg.Pool {
  private readonly queue: FairQueue;
  /** Called with the seconds that work waited for a connection, if it had to wait. */
  onWaited?: (seconds: number) => void;

  constructor(options: PoolConfig, { slots, slotsPerOwner }: Shares = halves(options.max ?? 10)) {
    super(options);
    // An idle connection that Postgres ends leaves the pool; without a listener, the event would end the process.
    this.on('error', () => undefined);
    this.queue = new FairQueue(slots, slotsPerOwner);
  }

  /** How much work waits for a connection. */
  get waiting(): number {
    return this.waitingCount + this.queue.waitingCount;
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    if (!callback)
      return new Promise((resolve, reject) => this.connect((error, client) => (client ? resolve(client) : reject(error as Error))));
    const endStatement = currentSpan()?.beginStatement();
    if (endStatement) callback = whenReleased(callback, endStatement);
    const owner = currentOwner();
    if (owner === undefined || transaction.getStore()) return super.connect(this.idleCount ? callback : this.timed(callback));
    const queued = this.queue.enter(owner, TIMEOUT_MS);
    const lendTo = queued || !this.idleCount ? this.timed(callback) : callback;
    const connect = () => super.connect((error, client, release) => this.lend(owner, lendTo, error, client, release));
    if (!queued) return connect();
    queued.then(connect, (error: Error) => lendTo(error, undefined, () => undefined));
  }

  /** Reports how long the work waited for its share and for a connection. */
  private timed(callback: ConnectCallback): ConnectCallback {
    if (!this.onWaited) return callback;
    const start = performance.now();
    return (error, client, release) => {
      this.onWaited?.((performance.now() - start) / 1000);
      callback(error, client, release);
    };
  }

  private lend(owner: string, callback: ConnectCallback, error: Error | undefined, client: PoolClient | undefined, release: Release): void {
    if (!client) {
      this.queue.leave(owner);
      return callback(error, client, release);
    }
    client.release = (destroy) => {
      release(destroy);
      this.queue.leave(owner);
    };
    callback(error, client, client.release);
  }
}

/** A callback of `connect` that also calls `released` when the connection is given back, or was not lent. */
const whenReleased =
  (callback: ConnectCallback, released: (error?: unknown) => void): ConnectCallback =>
  (error, client, release) => {
    const releaseAndReport: Release = (destroy) => {
      release(destroy);
      released(destroy instanceof Error ? destroy : undefined);
    };
    if (client) client.release = releaseAndReport;
    else released(error);
    callback(error, client, releaseAndReport);
  };
