// Run by tools/start.mjs, which has claimed the data folder, with the same arguments.
import type { App } from '@skep/platform/app-host';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { putEventsBack } from '../backup/restored-events.ts';
import { firstToken } from '../cli/public-api.ts';
import { updateStream } from '../cli/run-as-operator.ts';
import { Fault, run } from '../setup/fault.mjs';
import { step } from '../setup/progress.mjs';
import { stopAsked, stopSignal } from '../setup/stop-signal.mjs';
import { appWaves, systemEnv } from './apps.ts';
import { checkSettings } from './check-settings.ts';
import { createDatabases } from './databases.ts';
import { checkSpace } from './disk.ts';
import { embeddedServer, type Server, type StartOptions } from './embedded-server.ts';
import { checkNats, startNats } from './nats.ts';
import { processRecorder } from './run-file.mjs';
import { serviceLog } from './service-log.ts';
import { assignManagementPorts, readPorts, writePorts } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { prepareSecrets, type Secrets, secretsFile } from './secrets.ts';
import { services } from './services.mjs';
import { publicUrl, readSettings, type Settings } from './settings.mjs';
import { type Supervisor, supervisor } from './supervisor.ts';
import { checkVersion } from './version.ts';

const stopTimeoutMs = 4000;

/** The stop functions of all that was started, the latest first. They are called one after another. */
type Stops = ((within: number) => Promise<void>)[];

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM')); // tools/start.mjs was killed
process.channel?.unref();
await run(() => launch(readSettings(process.argv.slice(2))));

/** Starts everything, serves until it is asked to stop, and stops everything in reverse order. */
async function launch(settings: Settings): Promise<void> {
  const stops: Stops = [];
  try {
    await Promise.race([startAll(settings, stops).then(() => stopAsked), stopAsked]);
    console.log('Stopping …');
  } finally {
    const deadline = Date.now() + stopTimeoutMs + 1000 * Number(settings.env.SKEP_DRAIN_SECONDS || 0);
    for (const stop of stops) await stop(Math.max(deadline - Date.now(), 200));
  }
}

async function startAll(settings: Settings, stops: Stops): Promise<void> {
  const { data } = settings;
  const record = processRecorder(data);
  record('services', process.pid); // if tools/start.mjs is killed, its successor waits until this process has stopped everything
  const version = checkVersion(data);
  checkSpace(data);
  const { secrets, save } = prepareSecrets(data, settings.env);
  await step('Checking the settings', () => checkSettings(settings, secrets));
  version.save();
  save();
  const ports = readPorts(data);
  const log = (name: string) => join(data, 'logs', `${name}.log`);

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
  const [databases] = await step('Preparing databases', () =>
    Promise.all([
      createDatabases(adminUrl, secrets),
      // The operator of another NATS runs npm run skep -- update-stream: its password may not be in the data folder.
      settings.natsUrl ?? updateStream(natsUrl, secrets, settings.env.SKEP_STREAM_MAX_BYTES),
    ]),
  );

  stopSignal.throwIfAborted();
  const apps = supervisor((pid) => record('services', pid));
  stops.unshift(apps.stop);
  const waves = appWaves({ settings, secrets, databases, natsUrl, ports });
  await step('Starting the services', () => startApps(apps, waves, settings, serviceLog(log('services')).read));
  await putEventsBack(data, adminUrl);
  if (settings.env.SKEP_ADMIN_PASSWORD === undefined)
    console.log(`The administrator is ${secrets.SKEP_ADMIN_EMAIL}; the password is in ${relative(process.cwd(), secretsFile(data))}.`);
  console.log(`/readyz and /metrics on 127.0.0.1: ${services.map(({ name }) => `${name} :${ports[name]}`).join(', ')}`);
  if (settings.demo) await showDemo(settings, secrets);
  console.log(`Skep is ready at ${publicUrl(settings)}`);

  /** Starts an embedded server. Registers it at once, so that a stop during the start finds it. */
  async function embedded(role: 'postgres' | 'nats', title: string, start: (options: StartOptions) => Promise<Server>): Promise<string> {
    const server = embeddedServer({ title, port: ports[role], start, record: (pid) => record(role, pid) });
    stops.unshift(server.stop);
    const { url, port } = await server.started;
    ports[role] = port;
    return url;
  }
}

async function showDemo(settings: Settings, secrets: Secrets): Promise<void> {
  const { fillDemo } = await import('../demo/fill.ts');
  const admin = { email: secrets.SKEP_ADMIN_EMAIL, password: secrets.SKEP_ADMIN_PASSWORD };
  const serviceToken = firstToken(secrets.SKEP_SERVICE_TOKEN);
  const { email, password } = await step('Filling the demonstration', () => fillDemo({ url: publicUrl(settings), serviceToken, admin }));
  console.log(`Sign in to the demonstration as ${email} with the password ${password}.`);
}

async function startApps(apps: Supervisor, waves: App[][], settings: Settings, log: ReturnType<typeof serviceLog>['read']): Promise<void> {
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

async function waitForGateway(settings: Settings): Promise<void> {
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
