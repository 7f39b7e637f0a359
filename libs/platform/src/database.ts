import { createHash } from 'node:crypto';
import pg, { type Pool, type PoolClient, type QueryResultRow } from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { currentLease, transaction } from './transaction.js';
import { runAcrossTenants, currentTenant, type TenantQueryConfig, runInTenant } from './tenant-scope.js';

/** bigint columns are read as JavaScript integers; beyond 2^53 that would round, so it is an error. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a JavaScript integer`);
  return value;
});

/** SQL that Postgres plans once a connection. `Row` is what a row of its answer is. */
export interface Statement<Row extends QueryResultRow> {
  readonly name: string;
  readonly text: string;
  readonly row?: Row;
}
export const statement = <Row extends QueryResultRow>(text: string): Statement<Row> => ({
  name: createHash('sha1').update(text).digest('base64url'),
  text,
});

/** SQLSTATE `disk_full`. */
const DISK_FULL = '53100';
/** How long a full disk is remembered after a write that met it. */
const DISK_FULL_MS = 10_000;

/** The one door to a service's Postgres. Inside `transaction` every repository and every statement joins it. */
export class Database {
  constructor(readonly source: DataSource) {}

  private diskFullUntil = 0;

  /** Whether the disk of Postgres was full at a write of the last ten seconds. */
  get diskIsFull(): boolean {
    return Date.now() < this.diskFullUntil;
  }

  /** Takes note of an error that ended some work, for `diskIsFull`. */
  recordFailure(error: unknown): void {
    if (error instanceof Error && 'code' in error && error.code === DISK_FULL) this.diskFullUntil = Date.now() + DISK_FULL_MS;
  }

  /** TypeORM's repository of an entity, within the present transaction. */
  of<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return (transaction.getStore()?.manager ?? this.source.manager).getRepository(entity);
  }

  /** Whether what is done now joins a transaction. */
  get inTransaction(): boolean {
    return transaction.getStore() !== undefined;
  }

  /** All rows of a prepared statement. */
  async rows<Row extends QueryResultRow>(statement: Statement<Row>, values: readonly unknown[] = []): Promise<Row[]> {
    const { name, text } = statement;
    // The tenant goes with the query: when a busy pool hands out a connection, this is no longer the context of whoever asked.
    const config: TenantQueryConfig = { name, text, values: values as unknown[], tenant: currentTenant() };
    const { rows } = await (transaction.getStore()?.client ?? this.pool).query<Row>(config);
    return rows;
  }

  /** The first row of a prepared statement, if any. */
  async row<Row extends QueryResultRow>(statement: Statement<Row>, values: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.rows(statement, values))[0];
  }

  /**
   * Runs the work in one transaction; inside another one it joins that, unless it is to stand `apart`: then it commits by itself,
   * and must touch nothing that the other one has locked. Rolls back when the work throws.
   */
  async transaction<T>(work: () => Promise<T>, { apart = false } = {}): Promise<T> {
    if (transaction.getStore() && !apart) return work();
    const runner = this.source.createQueryRunner();
    const afterCommit: (() => void)[] = [];
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const result = await transaction.run({ manager: runner.manager, client, afterCommit }, work);
      await runner.commitTransaction();
      for (const then of afterCommit) then();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** The last transaction of an operation that spans calls: under an Idempotency-Key the output is stored as the answer with it. */
  finish<T>(work: () => Promise<T>): Promise<T> {
    return this.transaction(async () => {
      const output = await work();
      await currentLease()?.answer(output);
      return output;
    });
  }

  /** Runs work that sees the rows of one tenant alone. A request is within its caller's tenant from the start. */
  inTenant<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return runInTenant(tenant, work);
  }

  /** Runs work that sees the rows of all tenants: before it is known whose they are. Each use is a door in the second wall. */
  acrossTenants<T>(work: () => Promise<T>): Promise<T> {
    return runAcrossTenants(work);
  }

  /** Runs something once the present transaction has committed; at once where there is none. */
  afterCommit(then: () => void): void {
    const current = transaction.getStore();
    if (current) current.afterCommit.push(then);
    else then();
  }

  private get pool(): Pool {
    return (this.source.driver as PostgresDriver).master as Pool;
  }
}
