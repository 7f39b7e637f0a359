import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';

/** The transaction that the present work runs in. */
export interface Transaction {
  manager: EntityManager;
  client: PoolClient;
  /** The one that keeps an idempotency key: it spans a whole operation, its calls to other services included. */
  spansCalls: boolean;
  afterCommit: (() => void)[];
}

export const transaction = new AsyncLocalStorage<Transaction | undefined>();

/** True where a call to another service would hold a database transaction open. */
export function insideTransaction(): boolean {
  const current = transaction.getStore();
  return current !== undefined && !current.spansCalls;
}
