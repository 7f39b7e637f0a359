import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../setup/fault.mjs';
import { step } from '../setup/progress.mjs';
import { stopAsked, stopSignal } from '../setup/stop-signal.mjs';
import { appWaves, systemEnv } from './apps.mjs';
import { checkSettings } from './check-settings.mjs';
import { createDatabases } from './databases.mjs';
import { checkSpace } from './disk.mjs';
import { embeddedServer } from './embedded-server.mjs';
import { checkNats, startNats } from './nats.mjs';
import { serviceLog } from './service-log.mjs';
import { assignManagementPorts, readPorts, writePorts } from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { prepareSecrets, secretsFile } from './secrets.mjs';
import { services } from './services.mjs';
import { publicUrl } from './settings.mjs';
import { supervisor } from './supervisor.mjs';

const stopTimeoutMs = 4000;

/**
 * Starts everything, serves until it is asked to stop, and stops everything in reverse order.
 * @param {ReturnType<import('./settings.mjs').readSettings>} settings
 * @param {Awaited<ReturnType<import('./run-file.mjs').openRunFile>>} runFile
 */
export async function launch(settings, runFile) {
  /** The stop functions of all that was started, the latest first. They are called one after another. */
  const stops = [];
  try {
    await Promise.race([startAll(settings, runFile, stops).then(() => stopAsked), stopAsked]);
    console.log('Stopping …');
  } finally {
    const deadline = Date.now() + stopTimeoutMs + 1000 * Number(settings.env.SKEP_DRAIN_SECONDS || 0);
    for (const stop of stops) await stop(Math.max(deadline - Date.now(), 200));
  }
}

async function startAll(settings, runFile, stops) {
  const { data } = settings;
  checkSpace(data);
  const { secrets, save } = prepareSecrets(data, settings.env);
  await step('Checking the settings', () => checkSettings(settings, secrets));
  save();
  const ports = readPorts(data);
  const log = (name) => join(data, 'logs', `${name}.log`);

  const postgres =
    settings.databaseUrl ??
    embedded('postgres', 'Postgres', (options) =>
      startPostgres({ ...options, dir: join(data, 'postgres'), log: log('postgres'), password: secrets.POSTGRES_PASSWORD }),
    );
  const nats = settings.natsUrl ?? embedded('nats', 'NATS', (options) => startNats({ ...options, data, log: log('nats'), secrets }));
  const [adminUrl, natsUrl] = await step('Starting Postgres and NATS', () =>
    Promise.all([postgres, nats, settings.natsUrl && checkNats(settings.natsUrl)]),
  );
  Object.assign(ports, await assignManagementPorts(ports, settings.port));
  writePorts(data, ports);

  stopSignal.throwIfAborted();
  const databases = await step('Preparing databases', () => createDatabases(adminUrl, secrets));

  stopSignal.throwIfAborted();
  const apps = supervisor((pid) => runFile.record('services', pid));
  stops.unshift(apps.stop);
  const waves = appWaves({ settings, secrets, databases, natsUrl, ports });
  await step('Starting the services', () => startApps(apps, waves, settings, serviceLog(log('services')).read));
  if (settings.env.SKEP_ADMIN_PASSWORD === undefined)
    console.log(`The administrator is ${secrets.SKEP_ADMIN_EMAIL}; the password is in ${relative(process.cwd(), secretsFile(data))}.`);
  console.log(`/readyz and /metrics on 127.0.0.1: ${services.map(({ name }) => `${name} :${ports[name]}`).join(', ')}`);
  console.log(`Skep is ready at ${publicUrl(settings)}`);

  /** Starts an embedded server. Registers it at once, so that a stop during the start finds it. */
  async function embedded(role, title, start) {
    const server = embeddedServer({ title, port: ports[role], start, record: (pid) => runFile.record(role, pid) });
    stops.unshift(server.stop);
    const { url, port } = await server.started;
    ports[role] = port;
    return url;
  }
}

async function startApps(apps, waves, settings, log) {
  const env = systemEnv(settings.env);
  if (settings.split) {
    for (const wave of waves) {
      stopSignal.throwIfAborted();
      await Promise.all(wave.map((app) => apps.start({ title: app.name, waves: [[app]], env, log })));
    }
  } else {
    await apps.start({ title: 'Skep', waves, env, log });
  }
  await waitForGateway(settings);
}

async function waitForGateway(settings) {
  const url = `${publicUrl(settings)}/healthz`;
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(30)) {
    stopSignal.throwIfAborted();
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
  }
  throw new Fault(
    `The services are running, but ${url} does not answer. See the gateway's messages above and in logs/services.log of the data folder.`,
  );
}
