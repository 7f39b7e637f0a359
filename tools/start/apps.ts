import type { App } from '@skep/platform/app-host';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import type { DatabaseUrls } from './databases.ts';
import { pickSettings } from './service-settings.mjs';
import { envName, services } from './services.mjs';
import { publicUrl, type Settings } from './settings.mjs';

const systemVariable =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|NODE_ENV|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|UV_THREADPOOL_SIZE|AWS_\w+|OTEL_\w+)$|_proxy$/i;

/** The variables that a child process inherits from the system, and those of AWS and OpenTelemetry. Services get their settings separately. */
export const systemEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => systemVariable.test(name)));

export interface Installation {
  settings: Pick<Settings, 'data' | 'env' | 'host' | 'port'>;
  secrets: Record<string, string>;
  databases: DatabaseUrls;
  natsUrl: string;
  /** The management port of each service. */
  ports: Record<string, number>;
}

/** The services with all their settings, in two waves: the gateway starts after the services that it calls. */
export function appWaves({ settings, secrets, databases, natsUrl, ports }: Installation): App[][] {
  const SKEP_PUBLIC_URL = settings.env.SKEP_PUBLIC_URL || publicUrl(settings);
  const set = {
    SKEP_DATA: settings.data,
    SKEP_OBJECTS: `file:${join(settings.data, 'objects')}`,
    ...settings.env,
    ...secrets,
    SKEP_PUBLIC_URL,
  };
  const gateway = {
    ...{ HOST: settings.host, PORT: String(settings.port) },
    // Draining is for load balancers that switch to another copy; here is only one.
    SKEP_DRAIN_SECONDS: settings.env.SKEP_DRAIN_SECONDS || '0',
  };
  const urlsOf = (name: string) => databases[name] && { DATABASE_URL: databases[name].url, DATABASE_OWNER_URL: databases[name].ownerUrl };
  const app = ({ name, database, settings: own }: (typeof services)[number]): App => ({
    name,
    entry: entryOf(name),
    env: {
      ...pickSettings(name, set),
      ...('SKEP_DATA' in own && { SKEP_DATA: settings.data }),
      ...(database ? urlsOf(name) : gateway),
      NATS_URL: natsUrl,
      NATS_USER: name,
      NATS_PASSWORD: secrets[`${envName(name)}_NATS_PASSWORD`] ?? '',
      MANAGEMENT_PORT: String(ports[name]),
      MANAGEMENT_HOST: '127.0.0.1',
    },
  });
  return [services.filter((service) => service.database), services.filter((service) => !service.database)].map((wave) => wave.map(app));
}

function entryOf(name: string): string {
  const file = join(ROOT, 'apps', name, 'dist/src/main.js');
  if (!existsSync(file)) throw new Fault(`apps/${name} has no compiled dist/src/main.js. Run npm run build and fix its errors.`);
  return pathToFileURL(file).href;
}
