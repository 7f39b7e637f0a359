import pg, { type Pool, type PoolClient, type PoolConfig } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * The `driver` option of a data source that uses another class of pools.
 *
 * Assumes of TypeORM, which documents the option as a replacement of the package `pg`:
 * - it creates its pool with `new driver.Pool(options)`, and passes `extra` on in the options;
 * - it takes every connection with `pool.connect(callback)`, and gives it back with the callback's `release`.
 *
 * https://github.com/typeorm/typeorm/blob/1.1.1/src/driver/postgres/PostgresDriver.ts
 */
export const driverWith = (PoolClass: new (options: PoolConfig) => Pool): object => ({ ...pg, Pool: PoolClass });

/**
 * The pool of a data source, for statements without TypeORM.
 *
 * Assumes of TypeORM that `master` of its Postgres driver is the pool, also without replication. https://github.com/typeorm/typeorm/issues/2972
 */
export const poolOf = ({ driver }: DataSource): Pool => (driver as PostgresDriver).master as Pool;

/**
 * The connection of a query runner, for statements without TypeORM in its transaction.
 *
 * Assumes of TypeORM that `connect`, which has the type `any`, resolves to the client from the pool, the same one until `release`.
 * https://github.com/typeorm/typeorm/blob/1.1.1/src/driver/postgres/PostgresQueryRunner.ts
 */
export const clientOf = async (runner: QueryRunner): Promise<PoolClient> => (await runner.connect()) as PoolClient;
