import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type AppProcess, startApp } from './app-process.js';

/** A real Postgres and a real nats-server of one test file. */
export interface Infrastructure {
  /** The environment of a service with a database of its own. The same service name gets the same database. */
  env(service: string, more?: Record<string, string>): Promise<Record<string, string>>;
  /** One query as the owner of a service's database. */
  query(service: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** One statement as the cluster's administrator. */
  asAdmin(sql: string): Promise<void>;
  nats: { url: string; kill(): Promise<void>; start(): Promise<void> };
  /** Runs another app as a process of its own, from its build, and resolves once it answers. */
  app(name: string, more?: Record<string, string>): Promise<AppProcess>;
  /** A folder of the test's own, gone when it ends. */
  folder: string;
  close(): Promise<void>;
}

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
};

/** Starts what a test file needs; about 50 ms and 10 ms more a database. Missing parts fail the run. */
export async function infrastructure(): Promise<Infrastructure> {
  const admin = new URL(required('SKEP_TEST_POSTGRES'));
  const run = randomBytes(5).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'skep-test-'));
  const port = await freePort();
  const databases = new Map<string, Promise<string>>();
  const apps: AppProcess[] = [];
  let server: ChildProcess | undefined;

  const start = async () => {
    const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(folder, 'jetstream')];
    server = spawn(required('SKEP_TEST_NATS_SERVER'), args, { stdio: 'ignore' });
    await reachable(port);
  };
  const kill = async () => {
    const ended = server?.exitCode === null ? new Promise((resolve) => server?.once('exit', resolve)) : undefined;
    server?.kill('SIGKILL');
    await ended;
  };
  const database = (service: string) => {
    const made = databases.get(service) ?? create(admin, `t_${run}_${service.replaceAll('-', '_')}`);
    databases.set(service, made);
    return made;
  };
  await start();

  const self: Infrastructure = {
    folder,
    nats: { url: `nats://127.0.0.1:${port}`, kill, start },
    asAdmin: (sql) => asAdmin(admin, sql),
    env: async (service, more = {}) => ({
      DATABASE_URL: await database(service),
      NATS_URL: `nats://127.0.0.1:${port}`,
      MANAGEMENT_PORT: '0',
      MANAGEMENT_HOST: '127.0.0.1',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
      NODE_ENV: 'test',
      SKEP_DATA: folder,
      ...more,
    }),
    query: async (service, sql, values = []) => {
      const client = new pg.Client({ connectionString: await database(service) });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    app: async (name, more) => {
      const process = await startApp(name, { ...(await self.env(name, more)), LOG_LEVEL: 'info' });
      apps.push(process);
      return process;
    },
    close: async () => {
      await Promise.all(apps.map((app) => app.kill('SIGTERM')));
      await kill();
      for (const url of await Promise.all(databases.values())) await drop(admin, url);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return self;
}

async function asAdmin(admin: URL, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function create(admin: URL, name: string): Promise<string> {
  await asAdmin(admin, `create database "${name}"`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

const drop = (admin: URL, url: string) => asAdmin(admin, `drop database if exists "${new URL(url).pathname.slice(1)}" with (force)`);

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
  });
}

async function reachable(port: number): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (open) return;
    await sleep(20);
  }
  throw new Error('nats-server did not start');
}
