import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { envName, services } from './services.mjs';
import { publicUrl } from './settings.mjs';

// Only what is known to be meant for Skep goes on: neither npm's variables nor another service's password.
const passedOn = /^(SKEP_|STRIPE_|SMTP_URL$|OTEL_|ACCESS_TOKEN_|REFRESH_GRACE_|SESSION_|LOG_LEVEL$|DATABASE_POOL$|NODE_ENV$)/;
const ofTheSystem =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|NODE_ENV|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|UV_THREADPOOL_SIZE)$|_proxy$/i;

const pick = (env, names) => Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)));

/** What a process of ours inherits from the machine; the services get their settings apart. */
export const systemEnv = (env) => pick(env, ofTheSystem);

/**
 * The services with all their settings, in two waves: the gateway starts when those it asks are up.
 * @returns {import('./app-host.mjs').App[][]}
 */
export function appWaves({ settings, secrets, databaseUrls, natsUrl }) {
  const shared = {
    ...pick(secrets, passedOn),
    ...pick(settings.env, passedOn),
    SKEP_DATA: settings.data,
    SKEP_PUBLIC_URL: settings.env.SKEP_PUBLIC_URL || publicUrl(settings),
    HOST: settings.host,
    PORT: String(settings.port),
    NATS_URL: natsUrl,
    MANAGEMENT_PORT: '0',
    MANAGEMENT_HOST: '127.0.0.1',
  };
  const app = ({ name, database }) => ({
    name,
    entry: entryOf(name),
    env: {
      ...shared,
      ...(database && { DATABASE_URL: databaseUrls[name] }),
      NATS_USER: name,
      NATS_PASSWORD: secrets[`${envName(name)}_NATS_PASSWORD`],
    },
  });
  return [services.filter((service) => service.database), services.filter((service) => !service.database)].map((wave) => wave.map(app));
}

function entryOf(name) {
  const file = join(ROOT, 'apps', name, 'dist/src/main.js');
  if (!existsSync(file)) throw new Fault(`apps/${name} has no compiled dist/src/main.js. Run npm run build and look for its errors.`);
  return pathToFileURL(file).href;
}
