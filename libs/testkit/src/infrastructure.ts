import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppProcess, endProcess, startApp } from './app-process.js';
import { Databases } from './databases.js';
import { type NatsServer, startNats } from './nats-server.js';

/** A real Postgres and a real nats-server of one test file. */
export interface Infrastructure {
  /** The environment of a service: a database and a NATS user of its own. The same service name gets the same database. */
  env(service: string, more?: Record<string, string>): Promise<Record<string, string>>;
  /** One query in a service's database as the cluster's administrator, whom no right and no wall stops. */
  query(service: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** One statement as the cluster's administrator. */
  asAdmin(sql: string): Promise<void>;
  nats: NatsServer;
  /** Runs an app as a process of its own, from its build, and resolves once it answers. */
  app(name: string, more?: Record<string, string>): Promise<AppProcess>;
  /** A folder of the test's own, gone when it ends. */
  folder: string;
  /** Leaves no process, no database and no file. Also when called twice. */
  close(): Promise<void>;
}

/** Starts what a test file needs; about 50 ms and 10 ms more a database. Missing parts fail the run. */
export async function infrastructure(): Promise<Infrastructure> {
  const opened = new AsyncDisposableStack();
  try {
    const databases = new Databases();
    opened.defer(() => databases.drop());
    const folder = await mkdtemp(join(tmpdir(), 'skep-test-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const nats = await startNats(join(folder, 'jetstream'));
    opened.defer(() => nats.kill());
    const apps: ChildProcess[] = [];
    opened.defer(async () => {
      await Promise.all(apps.map((app) => endProcess(app, 'SIGTERM')));
    });

    const env: Infrastructure['env'] = async (service, more = {}) => ({
      ...(await databases.of(service)),
      ...nats.user(service),
      MANAGEMENT_PORT: '0',
      MANAGEMENT_HOST: '127.0.0.1',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
      NODE_ENV: 'test',
      SKEP_DATA: folder,
      ...more,
    });
    return {
      folder,
      nats,
      env,
      asAdmin: (sql) => databases.asAdmin(sql),
      query: (service, sql, values) => databases.query(service, sql, values),
      app: async (name, more) => {
        const { child, answers } = startApp(name, { ...(await env(name, more)), LOG_LEVEL: 'info' });
        apps.push(child);
        return answers;
      },
      close: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
