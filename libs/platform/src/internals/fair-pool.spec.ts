import { afterEach, expect, it } from '@jest/globals';
import pg, { type PoolClient } from 'pg';
import { FakePostgres, commandComplete, dataRow, readyForQuery, rowDescription } from './fake-postgres.fixture.js';

// What `FairPool` assumes of pg-pool. None of our code runs here: a failure means that a new version of pg-pool needs another `FairPool`.

type Release = (destroy?: Error | boolean) => void;
type ConnectCallback = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/** A pool that notes who takes and who gives back connections. */
class RecordingPool extends pg.Pool {
  readonly notes: string[] = [];

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    this.notes.push(callback ? 'connect(callback)' : 'connect()');
    if (!callback) return super.connect();
    super.connect((error, client, release) => {
      if (client)
        client.release = (destroy) => {
          this.notes.push('client.release');
          release(destroy);
        };
      callback(error, client, client?.release ?? release);
    });
  }
}

const ANSWER = [rowDescription, dataRow('a'), commandComplete, readyForQuery('I')];
let stop: () => Promise<void>;
afterEach(() => stop());

async function open(...answers: Buffer[][]) {
  const server = await FakePostgres.start(...answers);
  const pool = new RecordingPool({ ...server.options, max: 1 });
  stop = () => pool.end().then(() => server.stop());
  return { server, pool };
}

it('pool.query takes its connection with connect(callback), and gives it back with client.release', async () => {
  const { pool } = await open(ANSWER, ANSWER);
  for (let n = 0; n < 2; n++) expect((await pool.query('select')).rows).toEqual([{ column: 'a' }]);
  expect(pool.notes).toEqual(['connect(callback)', 'client.release', 'connect(callback)', 'client.release']);
  expect(pool).toMatchObject({ totalCount: 1, idleCount: 1 });
});

it('client.release is the release of the callback, and a new function for each loan', async () => {
  const { server } = await open();
  const pool = new pg.Pool({ ...server.options, max: 1 });
  const take = () =>
    new Promise<{ client: PoolClient; release: Release }>((resolve, reject) =>
      pool.connect((error, client, release) => (client ? resolve({ client, release }) : reject(error as Error))),
    );
  const first = await take();
  expect(first.client.release).toBe(first.release);
  first.release();
  const second = await take();
  expect(second.client).toBe(first.client);
  expect(second.client.release).toBe(second.release);
  expect(second.release).not.toBe(first.release);
  expect(first.release).toThrow('already been released');
  second.release();
  await pool.end();
});

it('a connection that cannot be opened calls back without a client, and takes no place in the pool', async () => {
  const { server, pool } = await open();
  server.stop();
  await new Promise<void>((resolve) =>
    pool.connect((error, client) => {
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      expect(client).toBeUndefined();
      resolve();
    }),
  );
  expect(pool.totalCount).toBe(0);
});
