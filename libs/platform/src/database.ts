import type { Page, Type } from '@skep/contracts';
import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { DataSource, EntityTarget, FindOptionsWhere, InsertResult, ObjectLiteral, Repository, UpdateResult } from 'typeorm';
import type { FairPool } from './internals/fair-pool.js';
import { clientOf, poolOf } from './internals/typeorm-driver.js';
import { type List, LongLists, type Paging, readPage, type Selection } from './list.js';
import type { EncryptionKeys } from './sealing/encryption-keys.js';
import { openRows, sealedTableOf, sealRow } from './sealing/sealed-columns.js';
import { withSealedColumns } from './sealing/sealed-repository.js';
import { Sealing } from './sealing/sealing.js';
import { bind, numberParameters, prepared, type Query, type Statement, type Values } from './statement.js';
import { currentSpan } from './tracing/span.js';
import { transaction } from './transaction.js';
import { runAcrossTenants, currentTenant, type TenantQueryConfig, runInTenant } from './tenant-scope.js';

/** bigint columns become JavaScript integers. A value beyond 2^53 would be rounded, so it is an error. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a JavaScript integer`);
  return value;
});

/** TypeORM's repository; its own types of `insert` and `update` refuse JSON columns of type `Record<string, unknown>`. */
export interface EntityRepository<E extends ObjectLiteral> extends Omit<Repository<E>, 'insert' | 'update'> {
  insert(rows: Partial<E> | Partial<E>[]): Promise<InsertResult>;
  update(where: FindOptionsWhere<E>, changes: Partial<E>): Promise<UpdateResult>;
}

type Row = Record<string, unknown>;

/** SQLSTATE `disk_full`. */
const DISK_FULL = '53100';
/**
 * Runs work that serves everyone, such as the relay of events, without the caller, tenant, span and Idempotency-Key of the request that starts it:
 * otherwise it would take that person's share of the connections, and belong to their request.
 */
const runDetached: (work: () => void) => void = AsyncLocalStorage.snapshot();

/** How long the disk counts as full after a write that failed for it. */
const DISK_FULL_MS = 10_000;

/** A service's access to its Postgres database. Inside `transaction`, every repository and statement joins the transaction. */
export class Database {
  readonly sealing: Sealing;

  /**
   * @param lists the pool of lists and searches, so that they cannot hold up other work
   * @param keys undefined in a service that seals no secrets
   */
  constructor(
    readonly source: DataSource,
    readonly lists: FairPool,
    keys?: EncryptionKeys,
  ) {
    this.sealing = new Sealing(this, keys);
  }

  private readonly longLists = new LongLists();
  /** The statements of prepared lists by their SQL: as many as the code has of their orders and conditions. */
  private readonly listStatements = new Map<string, Query>();
  private diskFullUntil = 0;

  /** Whether a write failed in the last ten seconds because the disk of Postgres is full. */
  get diskIsFull(): boolean {
    return Date.now() < this.diskFullUntil;
  }

  /** Records the error of a failed request, for `diskIsFull`. */
  recordFailure(error: unknown): void {
    if (error instanceof Error && 'code' in error && error.code === DISK_FULL) this.diskFullUntil = Date.now() + DISK_FULL_MS;
  }

  /** TypeORM's repository of an entity, within the current transaction. The default for reads, lists and writes of single tables. */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): EntityRepository<E> {
    const repository = (transaction.getStore()?.manager ?? this.source.manager).getRepository(entity) as Repository<ObjectLiteral>;
    return withSealedColumns(repository, this.sealing) as EntityRepository<E>;
  }

  /** Whether a transaction is open in this asynchronous context. */
  get inTransaction(): boolean {
    return transaction.getStore() !== undefined;
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.source.destroy(), this.lists.end()]);
  }

  /** Runs a statement and returns all rows. @throws Error naming a parameter without a value */
  async rows<Row extends object>(statement: Statement<Row>, values: Values = {}): Promise<Row[]> {
    const rows = await this.query<Row>(statement, values);
    if (statement.shapes.some(sealedTableOf)) await openRows(this.sealing, statement.shapes, rows);
    return rows;
  }

  /** The values of a row for a statement that writes it: sealed columns as they are stored. The row needs its tenant and primary key. */
  async sealed<E extends object>(entity: Type<E>, row: Partial<E>): Promise<Row> {
    const table = sealedTableOf(entity);
    return table ? sealRow(this.sealing, table, row as Row) : { ...row };
  }

  /**
   * Reads a page of a list, by offset or after a cursor. Unlike a statement it is planned for its values, unless the list is `prepared`.
   * @throws Problem `invalid_input` for an offset beyond 10,000, and for a cursor of another list or order
   */
  page<Row extends object, Name extends string>(list: List<Row, Name>, selection: Selection<Name>, paging: Paging): Promise<Page<Row>> {
    const read = list.prepared ? this.preparedList.bind(this) : numberParameters;
    const run = (sql: string, values: Values) => this.query<Record<string, unknown>>(read(sql), values, this.lists);
    const count = (matching: string, counted: Values) => this.longLists.count(matching, run, currentTenant(), counted);
    return readPage({ run, count }, list, selection, paging);
  }

  private preparedList(sql: string): Query {
    const known = this.listStatements.get(sql) ?? prepared(sql);
    this.listStatements.set(sql, known);
    return known;
  }

  private async query<Row extends object>(
    statement: Query,
    values: Values,
    pool = statement.name ? poolOf(this.source) : this.lists,
  ): Promise<Row[]> {
    const { name, text } = statement;
    // The query carries its tenant: a busy pool hands out the connection in another asynchronous context.
    const config: TenantQueryConfig = { name, text, values: bind(statement, values), tenant: currentTenant() };
    return (await (transaction.getStore()?.client ?? pool).query<Row>(config)).rows;
  }

  /** Runs a statement and returns the first row, if any. */
  async row<Row extends object>(statement: Statement<Row>, values: Values = {}): Promise<Row | undefined> {
    return (await this.rows(statement, values))[0];
  }

  /**
   * Runs the work in a transaction, and rolls back if it throws. Inside another transaction the work joins that one, unless `apart`
   * is set: then it commits separately, and must not touch rows that the outer one has locked.
   */
  transaction<T>(work: () => Promise<T>, { apart = false } = {}): Promise<T> {
    if (transaction.getStore() && !apart) return work();
    const span = currentSpan();
    return span ? span.inTransaction(() => this.runTransaction(work)) : this.runTransaction(work);
  }

  private async runTransaction<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    const afterCommit: (() => void)[] = [];
    try {
      const client = await clientOf(runner);
      await runner.startTransaction();
      const result = await transaction.run({ manager: runner.manager, client, afterCommit }, work);
      await runner.commitTransaction();
      for (const callback of afterCommit) runDetached(callback);
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Runs work that sees only one tenant's rows. A handler already runs in its caller's tenant. */
  inTenant<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return runInTenant(tenant, work);
  }

  /** Runs work that sees all tenants' rows, such as finding the tenant of a token. Each use is an exception to row-level security (docs/adr/0008). */
  acrossTenants<T>(work: () => Promise<T>): Promise<T> {
    return runAcrossTenants(work);
  }

  /** Calls `callback` once the current transaction has committed, or at once if there is none. Its work belongs to no caller: see `runDetached`. */
  afterCommit(callback: () => void): void {
    const current = transaction.getStore();
    if (current) current.afterCommit.push(callback);
    else runDetached(callback);
  }
}
