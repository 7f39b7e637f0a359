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

/** True where a call to another service would hold a database transaction open. */
export function insideTransaction(): boolean {
  return transaction.getStore() !== undefined;
}

export const leases = new AsyncLocalStorage<Lease | undefined>();

/** The lease that the present work runs under: that of an operation which spans calls, asked with an Idempotency-Key. */
export const currentLease = (): Lease | undefined => leases.getStore();
