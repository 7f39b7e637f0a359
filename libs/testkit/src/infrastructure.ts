import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppProcess, endProcess, startApp } from './app-process.js';
import { Databases } from './databases.js';
import { type NatsServer, startNats } from './nats-server.js';

/** The databases and the nats-server of one test file. */
export interface Infrastructure {
  /** The environment of a service, with a database and a NATS user of its own. The same name gets the same database. */
  env(service: string, more?: Record<string, string>): Promise<Record<string, string>>;
  /** Runs a query in a service's database as the cluster's administrator, who bypasses rights and row-level security. */
  query(service: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs a statement as the cluster's administrator. */
  asAdmin(sql: string): Promise<void>;
  nats: NatsServer;
  /** Starts an app, or the service with this main file, as a separate process, from its build; resolves once it is ready. */
  startApp(name: string, more?: Record<string, string>, main?: URL): Promise<AppProcess>;
  /** A temporary folder, deleted by `close`. */
  folder: string;
  /** Stops all processes and deletes all databases and files. Idempotent. */
  close(): Promise<void>;
}

/** Starts the infrastructure in about 50 ms, plus 10 ms per database. Throws if Postgres or nats-server is missing. */
export async function startInfrastructure(): Promise<Infrastructure> {
  const resources = new AsyncDisposableStack();
  try {
    const databases = new Databases();
    resources.defer(() => databases.drop());
    const folder = await mkdtemp(join(tmpdir(), 'skep-test-'));
    resources.defer(() => rm(folder, { recursive: true, force: true }));
    const nats = await startNats(join(folder, 'jetstream'));
    resources.defer(() => nats.kill());
    const SKEP_ENCRYPTION_KEY = randomBytes(32).toString('base64url');
    const apps: ChildProcess[] = [];
    resources.defer(async () => {
      await Promise.all(apps.map((app) => endProcess(app, 'SIGTERM')));
    });

    const env: Infrastructure['env'] = async (service, more = {}) => ({
      ...(await databases.urlsOf(service)),
      ...nats.user(service),
      MANAGEMENT_PORT: '0',
      MANAGEMENT_HOST: '127.0.0.1',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
      NODE_ENV: 'test',
      SKEP_DATA: folder,
      SKEP_ENCRYPTION_KEY,
      SKEP_OBJECTS: `file:${join(folder, 'objects')}`,
      ...more,
    });
    return {
      folder,
      nats,
      env,
      asAdmin: (sql) => databases.asAdmin(sql),
      query: (service, sql, values) => databases.query(service, sql, values),
      startApp: async (name, more, main) => {
        const { child, ready } = startApp(name, { ...(await env(name, more)), LOG_LEVEL: 'info' }, main);
        apps.push(child);
        return ready;
      },
      close: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
