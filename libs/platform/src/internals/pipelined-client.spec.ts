import { afterEach, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  bindComplete,
  commandComplete,
  dataRow,
  FakePostgres,
  parseComplete,
  readyForQuery,
  rowDescription,
} from './fake-postgres.fixture.js';

// What `TenantQuery` assumes of pg. None of our code runs here: a failure means that a new version of pg needs another `TenantQuery`.

type Method = (...args: unknown[]) => unknown;
interface Connection {
  stream: { cork: Method; uncork: Method };
  bind: Method;
  execute: Method;
}
const METHODS = ['submit', 'handleRowDescription', 'handleDataRow', 'handleCommandComplete', 'handleReadyForQuery', 'handleError'] as const;
type Query = Record<(typeof METHODS)[number], Method> & { callback?: (error: Error | null, result: pg.QueryResult) => void };
const Query = pg.Query as unknown as new (config: object, values?: unknown, callback?: unknown) => Query;

const EXTENDED = { text: 'select $1', values: ['x'], queryMode: 'extended' };
const ANSWER = [parseComplete, bindComplete, rowDescription, dataRow('a'), commandComplete, readyForQuery('I')];

let stop: () => void = () => undefined;
afterEach(() => stop());

async function connect(...answers: Buffer[][]) {
  const server = await FakePostgres.start(...answers);
  const client = new pg.Client(server.options);
  stop = () => void client.end().then(() => server.stop());
  await client.connect();
  return { server, client };
}

/** Creates a query that notes which of its methods pg calls, and runs `beforeSubmit` first. */
function recordingQuery(beforeSubmit: (connection: Connection) => void = () => undefined) {
  const query = new Query(EXTENDED);
  const calls: { method: string; args: unknown[] }[] = [];
  for (const method of METHODS) {
    const original = query[method].bind(query);
    query[method] = (...args) => {
      calls.push({ method, args });
      if (method === 'submit') beforeSubmit(args[0] as Connection);
      return original(...args);
    };
  }
  return { query, calls };
}

const send = (client: pg.Client, query: Query) =>
  new Promise<pg.QueryResult>((resolve, reject) => {
    query.callback = (error, result) => (error ? reject(error) : resolve(result));
    client.query(query as never);
  });

it('pg.Query has the methods that TenantQuery overrides, with their parameters', () => {
  const { submit, handleDataRow, handleCommandComplete } = Query.prototype;
  expect([submit, handleDataRow, handleCommandComplete].map((method) => method.length)).toEqual([1, 1, 2]);
});

it('a query is submitted with the connection, and its methods are called in the order of the answer', async () => {
  const { client } = await connect(ANSWER);
  const { query, calls } = recordingQuery();
  const { rows } = await send(client, query);
  expect(rows).toEqual([{ column: 'a' }]);
  expect(calls.map(({ method }) => method)).toEqual([
    'submit',
    'handleRowDescription',
    'handleDataRow',
    'handleCommandComplete',
    'handleReadyForQuery',
  ]);
  const { connection } = client as unknown as { connection: Connection };
  expect(calls[0]?.args).toEqual([connection]);
  expect(calls[3]?.args[1]).toBe(connection);
});

it('submit writes all messages of an extended query up to Sync', async () => {
  const { server, client } = await connect(ANSWER);
  await send(client, recordingQuery().query);
  expect(server.writes).toEqual(['PBDES']);
});

it('bind and execute before it write a message each, in the same network write, and their answer goes to the query', async () => {
  const { server, client } = await connect([bindComplete, dataRow('t'), commandComplete, ...ANSWER]);
  const { query, calls } = recordingQuery(({ stream, bind, execute }) => {
    const { connection } = client as unknown as { connection: Connection };
    stream.cork();
    bind.call(connection, { statement: 'prepared', values: ['t'] });
    execute.call(connection, {});
    process.nextTick(() => stream.uncork());
  });
  query.handleDataRow = (message) => void calls.push({ method: 'handleDataRow', args: [message] });
  query.handleCommandComplete = (...args) => void calls.push({ method: 'handleCommandComplete', args });
  await send(client, query);
  expect(server.writes).toEqual(['BEPBDES']);
  expect(calls.map(({ method }) => method)).toEqual([
    'submit',
    'handleDataRow',
    'handleCommandComplete',
    'handleRowDescription',
    'handleDataRow',
    'handleCommandComplete',
    'handleReadyForQuery',
  ]);
});

it('a query is submitted only after the answer to the one before it, with the transaction status of then', async () => {
  const inTransaction = ANSWER.with(-1, readyForQuery('T'));
  const { server, client } = await connect(inTransaction, ANSWER);
  expect(client.getTransactionStatus()).toBe('I');
  const states: unknown[] = [];
  const first = recordingQuery(() => states.push([server.writes.length, client.getTransactionStatus()]));
  const second = recordingQuery(() => states.push([server.writes.length, client.getTransactionStatus()]));
  await Promise.all([send(client, first.query), send(client, second.query)]);
  expect(states).toEqual([
    [0, 'I'],
    [1, 'T'],
  ]);
  expect(client.getTransactionStatus()).toBe('I');
});
