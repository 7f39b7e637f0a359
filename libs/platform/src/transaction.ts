import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';

/** An open database transaction. */
export interface Transaction {
  manager: EntityManager;
  client: PoolClient;
  afterCommit: (() => void)[];
}

/** The transaction that the current work runs in. */
export const transaction = new AsyncLocalStorage<Transaction | undefined>();

/** The subject of the operation that the current work answers, unless it has `spansCalls`. */
export const operationWithoutCalls = new AsyncLocalStorage<string>();

/**
 * Checks that a call to another service holds no database transaction open.
 * @throws Error inside a transaction, and in an operation without `spansCalls`: also without an Idempotency-Key, so that a missing
 * `spansCalls` fails on the first call and not only under a key
 */
export function assertMayCall(subject: string): void {
  if (transaction.getStore()) throw new Error(`${subject} is called inside a transaction`);
  const operation = operationWithoutCalls.getStore();
  if (operation) throw new Error(`${operation} calls ${subject}: set spansCalls in its contract`);
}
