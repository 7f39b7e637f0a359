import { EventEmitter } from 'node:events';
import { beforeEach, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { clientOf, driverWith, poolOf } from './typeorm-driver.js';

// What these functions assume of TypeORM: a failure means that a new version needs other ones. Instead of pg, TypeORM gets a pool that
// answers every query with this row.
const ROW = { version: 'PostgreSQL 18.0', current_database: 'db', current_schema: 'public' };

let calls: unknown[][];
class Client extends EventEmitter {
  async query(...args: unknown[]): Promise<object> {
    calls.push(['query', ...args]);
    return { rows: [ROW], rowCount: 1, command: 'SELECT' };
  }
}
class Pool extends EventEmitter {
  readonly client = new Client();

  constructor(readonly options: object) {
    super();
  }
  connect(callback: (error: undefined, client: Client, release: () => void) => void): void {
    calls.push(['connect', typeof callback]);
    callback(undefined, this.client, () => calls.push(['release']));
  }
  end(callback: () => void): void {
    callback();
  }
}

let source: DataSource;
beforeEach(async () => {
  calls = [];
  const driver = driverWith(Pool as never);
  source = new DataSource({ type: 'postgres', driver, url: 'postgres://nobody@localhost/db', poolSize: 3, extra: { Client } });
  await source.initialize();
  calls = [];
});

it('TypeORM creates its pool with the class of the driver, and passes poolSize and extra on', () => {
  const pool = poolOf(source) as unknown as Pool;
  expect(pool).toBeInstanceOf(Pool);
  expect(pool.options).toMatchObject({ connectionString: 'postgres://nobody@localhost/db', max: 3, Client });
});

it('a query takes a connection with connect(callback), and gives it back with the callback’s release', async () => {
  await source.query('select $1', ['x']);
  expect(calls).toEqual([['connect', 'function'], ['query', 'select $1', ['x']], ['release']]);
});

it('a query runner has one client of the pool until its release, also in its transaction', async () => {
  const runner = source.createQueryRunner();
  const client = await clientOf(runner);
  expect(client).toBe((poolOf(source) as unknown as Pool).client);
  await runner.startTransaction();
  expect(await clientOf(runner)).toBe(client);
  await runner.commitTransaction();
  await runner.release();
  expect(calls.map(([call, text]) => (call === 'query' ? text : call))).toEqual(['connect', 'START TRANSACTION', 'COMMIT', 'release']);
});
