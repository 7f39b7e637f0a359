import type { App } from '@skep/platform/app-host';
import { freePort } from '@skep/platform/free-port';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { appWaves, systemEnv } from '../start/apps.ts';
import { type AppProcess, startAppProcess } from '../start/app-process.ts';
import { createDatabases, type DatabaseUrls } from '../start/databases.ts';
import type { Server } from '../start/embedded-server.ts';
import { startNats } from '../start/nats.ts';
import { assignManagementPorts } from '../start/ports.ts';
import { startPostgres } from '../start/postgres.ts';
import { loadSecrets, type Secrets } from '../start/secrets.ts';
import { client, type Http } from './client.ts';

/** A service with a database. */
export type ServiceName =
  | 'auth-gateway'
  | 'registry'
  | 'marketplace'
  | 'billing'
  | 'developer-portal'
  | 'kernel'
  | 'connections'
  | 'automation'
  | 'coach'
  | 'channels'
  | 'agent'
  | 'nodes';

/**
 * A running Skep for the benchmark: Postgres with its default settings (fsync on), NATS, each service in a process of its own, as in
 * Kubernetes. Only the limits of one account and one address are changed: they are off, or high.
 */
export interface Skep {
  /** The URL of the gateway. */
  url: string;
  secrets: Secrets;
  databases: Record<ServiceName, DatabaseUrls[string]>;
  /** As the cluster's administrator. */
  postgresUrl: string;
  natsUrl: string;
  /** Every process, Postgres and NATS included. */
  pids: Record<'postgres' | 'nats' | 'api-gateway' | ServiceName, number>;
  http: Http;
  /** Stops a service with SIGTERM. */
  stopService(name: ServiceName): Promise<void>;
  /** Starts it again, as a new process. @param env settings that it gets in addition */
  startService(name: ServiceName, env?: Record<string, string>): Promise<void>;
  /** Starts a second instance of a service, which stops with the others. */
  startCopy(name: ServiceName): Promise<void>;
  /** Registers a function that runs before the services stop. */
  beforeStop(end: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

/** @param options env: settings of the services; cpuProf: a folder for their profiles */
export async function startSkep({ env: more, cpuProf }: { env?: NodeJS.ProcessEnv; cpuProf?: string | undefined }): Promise<Skep> {
  const data = mkdtempSync(join(tmpdir(), 'skep-bench-'));
  const begun: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })];
  const stop = async () => {
    for (const end of begun.splice(0)) await end();
  };
  const started = async (starting: Promise<Server>) => {
    begun.unshift(async () => (await starting.catch(() => undefined))?.stop());
    return starting;
  };
  try {
    const secrets = loadSecrets(data, {});
    const log = (name: string) => join(data, 'logs', `${name}.log`);
    const [postgres, nats] = await Promise.all([
      started(startPostgres({ dir: join(data, 'postgres'), log: log('postgres'), password: secrets.POSTGRES_PASSWORD })),
      started(startNats({ data, log: log('nats'), secrets })),
    ]);
    const databases = (await createDatabases(postgres.url, secrets)) as DatabaseUrls & Skep['databases'];
    // One account and one address send the whole load.
    const limits = { SKEP_RATE_LIMITS: 'off', SKEP_CALLS_AT_ONCE: '1000', SKEP_MAX_SOCKETS: '10000' };
    const env = { ...limits, LOG_LEVEL: 'error', SKEP_OUTBOUND_ALLOW: '127.0.0.1', ...more };
    const settings = { data, host: '127.0.0.1', port: await freePort(), env };
    const pids: Record<string, number> = { postgres: postgres.pid, nats: nats.pid };
    const ports = await assignManagementPorts({}, settings.port);
    const waves = appWaves({ settings, secrets, databases, natsUrl: nats.url, ports });
    const processes = new Map<string, AppProcess>();
    const start = async (app: App) => {
      const process = startAppProcess({ waves: [[app]], env: environment(app.name, cpuProf) });
      processes.set(app.name, process);
      pids[app.name] = process.pid;
      await process.started;
    };
    for (const wave of waves) {
      begun.unshift(() => Promise.all(wave.map(async ({ name }) => processes.get(name)?.stop())));
      await Promise.all(wave.map(start));
    }
    const services = {
      stopService: async (name: ServiceName) => processes.get(name)?.stop(),
      startService: async (name: ServiceName, env: Record<string, string> = {}) => {
        const app = waves.flat().find((each) => each.name === name)!;
        await start({ ...app, env: { ...app.env, ...env } });
      },
      startCopy: async (name: ServiceName) => {
        const app = waves.flat().find((each) => each.name === name)!;
        const copy = startAppProcess({
          waves: [[{ ...app, env: { ...app.env, MANAGEMENT_PORT: '0' } }]],
          env: environment(`${name}-copy`, cpuProf),
        });
        begun.unshift(() => copy.stop());
        await copy.started;
      },
    };
    const url = `http://127.0.0.1:${settings.port}`;
    const urls = { url, postgresUrl: postgres.url, natsUrl: nats.url };
    const beforeStop = (end: () => Promise<unknown>) => void begun.unshift(end);
    return { ...urls, secrets, databases, pids: pids as Skep['pids'], http: client(url), ...services, beforeStop, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// A profile is written when its process ends.
function environment(name: string, folder: string | undefined): NodeJS.ProcessEnv {
  const env = systemEnv(process.env);
  if (!folder) return env;
  mkdirSync(folder, { recursive: true });
  const options = ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`, `--cpu-prof-name=${name}.cpuprofile`];
  return { ...env, NODE_OPTIONS: [env.NODE_OPTIONS, ...options].filter(Boolean).join(' ') };
}
