import { AsyncLocalStorage } from 'node:async_hooks';
import pg, { type PoolClient, type PoolConfig } from 'pg';
import { FairQueue } from './fair-queue.js';
import { transaction } from './transaction.js';

type Release = (destroy?: Error | boolean) => void;
type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/** How long work waits for a connection of a busy pool. */
const WAIT_MS = 2_000;
const owners = new AsyncLocalStorage<string>();

/** Does work for somebody, whose share of the connections it takes. */
export const onBehalfOf = <T>(owner: string, work: () => T): T => owners.run(owner, work);

/**
 * A pool of which nobody gets more than half: somebody else's request always finds a connection soon. One connection is kept for
 * work that is nobody's, such as events and the outbox. Work that has a connection already does not wait for another one.
 */
export class FairPool extends pg.Pool {
  private readonly queue: FairQueue;

  constructor(options: PoolConfig) {
    super(options);
    const slots = Math.max(2, (options.max ?? 10) - 1);
    this.queue = new FairQueue(slots, Math.max(2, Math.ceil(slots / 2)));
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    if (!callback)
      return new Promise((resolve, reject) => this.connect((error, client) => (client ? resolve(client) : reject(error as Error))));
    const owner = owners.getStore();
    if (owner === undefined || transaction.getStore()) return super.connect(callback);
    const checkOut = () => super.connect((error, client, release) => this.lend(owner, callback, error, client, release));
    const turn = this.queue.enter(owner, WAIT_MS);
    if (!turn) return checkOut();
    turn.then(checkOut, (error: Error) => callback(error, undefined, () => undefined));
  }

  private lend(owner: string, callback: Connected, error: Error | undefined, client: PoolClient | undefined, release: Release): void {
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
