import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { embeddedServer, type StartOptions } from '../start/embedded-server.ts';
import { startNats } from '../start/nats.ts';
import { startPostgres } from '../start/postgres.ts';
import { identify, isAlive } from '../start/processes.mjs';
import { openRunFile, processRecorder, readRunFile } from '../start/run-file.mjs';
import { loadSecrets, type Secrets } from '../start/secrets.ts';

let data: string;
let record: ReturnType<typeof processRecorder>;
let secrets: Secrets;
let server: ReturnType<typeof embeddedServer>;
const printed: string[] = [];

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'skep-embedded-'));
  secrets = loadSecrets(data, {});
  (await openRunFile({ data, port: 1 })).claim();
  record = processRecorder(data);
  for (const method of ['log', 'error'] as const) jest.spyOn(console, method).mockImplementation((line) => void printed.push(line));
});

afterEach(async () => {
  await server.stop(2000);
  jest.restoreAllMocks();
  printed.length = 0;
  rmSync(data, { recursive: true, force: true });
});

const postgres = (how: StartOptions) =>
  startPostgres({
    ...how,
    dir: join(data, 'postgres'),
    log: join(data, 'postgres.log'),
    password: secrets.POSTGRES_PASSWORD,
    settings: { fsync: 'off' },
  });

async function queryPostgres(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ one: number }>('select 1 as one');
  await client.end();
  return rows[0]?.one === 1;
}

const nats = (how: StartOptions) => startNats({ ...how, data, log: join(data, 'nats.log'), secrets });

async function flushNats(servers: string): Promise<boolean> {
  const connection = await connect({ servers, user: 'operator', pass: secrets.OPERATOR_NATS_PASSWORD });
  await connection.flush();
  await connection.close();
  return true;
}

type Role = 'postgres' | 'nats';

const recorded = (role: Role) => readRunFile(data)?.[role];

async function until(holds: () => unknown, ms = 15_000): Promise<void> {
  for (const limit = Date.now() + ms; Date.now() < limit; await sleep(50)) if (holds()) return;
  throw new Error(`not within ${ms} ms; printed: ${printed.join(' | ')}`);
}

const servers: [string, Role, typeof postgres, (url: string) => Promise<boolean>][] = [
  ['Postgres', 'postgres', postgres, queryPostgres],
  ['NATS', 'nats', nats, flushNats],
];

test.each(servers)('%s is restarted on its port after it was killed, and not after a stop', async (title, role, start, request) => {
  server = embeddedServer({ title, start, record: (pid) => record(role, pid) });
  const { url, pid } = await server.started;
  expect(recorded(role)?.pid).toBe(pid);

  process.kill(pid, 'SIGKILL');
  await until(() => printed.includes(`${title} is running again.`));
  expect(printed[0]).toBe(`${title} stopped unexpectedly; restarting …`);
  expect(await request(url)).toBe(true);
  const second = recorded(role);
  expect(second?.pid).not.toBe(pid);

  await server.stop(3000);
  expect(isAlive(second)).toBe(false);
  await sleep(1000);
  expect(recorded(role)).toEqual(second);
  await expect(request(url)).rejects.toThrow();
});

test.each(servers)('%s is restarted if it hangs', async (title, role, start, request) => {
  server = embeddedServer({ title, start, record: (pid) => record(role, pid), checkMs: 50 });
  const { url, pid } = await server.started;
  process.kill(pid, 'SIGSTOP');
  await until(() => printed.includes(`${title} is running again.`), 40_000);
  expect(printed[0]).toBe(`${title} does not answer; restarting …`);
  expect(await request(url)).toBe(true);
  expect(recorded(role)?.pid).not.toBe(pid);
});

test('a server that answers is not restarted', async () => {
  server = embeddedServer({ title: 'NATS', start: nats, record: (pid) => record('nats', pid), checkMs: 10 });
  const { pid } = await server.started;
  let checks = 0;
  const { answers } = await server.started;
  while (checks < 5) checks += (await answers()) ? 1 : 5;
  expect(printed).toEqual([]);
  expect(recorded('nats')?.pid).toBe(pid);
});

test('a server that is stopped during its start leaves no process', async () => {
  server = embeddedServer({ title: 'Postgres', start: postgres, record: (pid) => record('postgres', pid) });
  const refused = expect(server.started).rejects.toThrow();
  await until(() => recorded('postgres'));
  await server.stop(3000);
  await refused;
  expect(isAlive(recorded('postgres'))).toBe(false);
});

test('a failed restart is retried', async () => {
  let attempts = 0;
  const start = async (how: StartOptions) => {
    if (how.again && ++attempts === 1) throw new Error('No memory left.');
    return nats(how);
  };
  server = embeddedServer({ title: 'NATS', start, record: (pid) => record('nats', pid) });
  const { pid } = await server.started;
  expect(isAlive(identify(pid))).toBe(true);
  process.kill(pid, 'SIGKILL');
  await until(() => printed.includes('NATS is running again.'));
  expect(printed).toContain('No memory left. Retrying in 1 s.');
});
