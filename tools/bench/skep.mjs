import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { appWaves, systemEnv } from '../start/apps.mjs';
import { startAppProcess } from '../start/app-process.mjs';
import { createDatabases } from '../start/databases.mjs';
import { startNats } from '../start/nats.mjs';
import { freePort } from '../start/port.mjs';
import { assignManagementPorts } from '../start/ports.mjs';
import { startPostgres } from '../start/postgres.mjs';
import { loadSecrets } from '../start/secrets.mjs';
import { client } from './client.mjs';

/**
 * A running Skep for the benchmark: Postgres with its default settings (fsync on), NATS, each service in a process of its own, as in
 * Kubernetes. Only the rate limits are changed: they are off.
 * @typedef {object} Skep
 * @property {string} url of the gateway
 * @property {Record<string, string>} secrets
 * @property {Record<string, { url: string, ownerUrl: string }>} databases by service
 * @property {string} postgresUrl as the cluster's administrator
 * @property {string} natsUrl
 * @property {Record<string, number>} pids of every process, Postgres and NATS included
 * @property {ReturnType<typeof client>} http
 * @property {(end: () => Promise<unknown>) => void} beforeStop registers a function that runs before the services stop
 * @property {() => Promise<void>} stop
 */

/**
 * @param {{ cpuProf?: string }} options
 * @returns {Promise<Skep>}
 */
export async function startSkep({ cpuProf }) {
  const data = mkdtempSync(join(tmpdir(), 'skep-bench-'));
  const begun = [() => rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })];
  const stop = async () => {
    for (const end of begun.splice(0)) await end();
  };
  const started = async (starting) => {
    begun.unshift(async () => (await starting.catch(() => undefined))?.stop());
    return starting;
  };
  try {
    const secrets = loadSecrets(data, {});
    const log = (name) => join(data, 'logs', `${name}.log`);
    const [postgres, nats] = await Promise.all([
      started(startPostgres({ dir: join(data, 'postgres'), log: log('postgres'), password: secrets.POSTGRES_PASSWORD })),
      started(startNats({ data, log: log('nats'), secrets })),
    ]);
    const databases = await createDatabases(postgres.url, secrets);
    // One account sends the whole load.
    const env = { SKEP_RATE_LIMITS: 'off', SKEP_CALLS_AT_ONCE: '1000', LOG_LEVEL: 'error' };
    const settings = { data, host: '127.0.0.1', port: await freePort(), env };
    const pids = { postgres: postgres.pid, nats: nats.pid };
    const ports = await assignManagementPorts({}, settings.port);
    for (const wave of appWaves({ settings, secrets, databases, natsUrl: nats.url, ports })) {
      const processes = wave.map((app) => startAppProcess({ waves: [[app]], env: environment(app.name, cpuProf) }));
      begun.unshift(() => Promise.all(processes.map((process) => process.stop())));
      wave.forEach(({ name }, i) => (pids[name] = processes[i].pid));
      await Promise.all(processes.map((process) => process.started));
    }
    const url = `http://127.0.0.1:${settings.port}`;
    const urls = { url, postgresUrl: postgres.url, natsUrl: nats.url };
    return { ...urls, secrets, databases, pids, http: client(url), beforeStop: (end) => begun.unshift(end), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// A profile is written when its process ends.
function environment(name, folder) {
  const env = systemEnv(process.env);
  if (!folder) return env;
  mkdirSync(folder, { recursive: true });
  const options = ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`, `--cpu-prof-name=${name}.cpuprofile`];
  return { ...env, NODE_OPTIONS: [env.NODE_OPTIONS, ...options].filter(Boolean).join(' ') };
}
