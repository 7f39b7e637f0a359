import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { Lease } from './lease.js';

/** The transaction that the present work runs in. */
export interface Transaction {
  manager: EntityManager;
  client: PoolClient;
  afterCommit: (() => void)[];
}

export const transaction = new AsyncLocalStorage<Transaction | undefined>();

/** The subject of the operation that the present work answers, if it is a short one: it commits together with its Idempotency-Key. */
export const shortOperation = new AsyncLocalStorage<string>();

/**
 * @throws Error where a call to another service would hold a database transaction open. A short operation throws with and without an
 * Idempotency-Key, so that a missing `spansCalls` fails the first time and not only under a key.
 */
export function assertMayCall(subject: string): void {
  if (transaction.getStore()) throw new Error(`${subject} is called inside a transaction`);
  const short = shortOperation.getStore();
  if (short) throw new Error(`${short} calls ${subject}: set spansCalls in its contract`);
}

export const leases = new AsyncLocalStorage<Lease | undefined>();

/** The lease that the present work runs under: that of an operation which spans calls, asked with an Idempotency-Key. */
export const currentLease = (): Lease | undefined => leases.getStore();
