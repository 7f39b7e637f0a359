import { Fault } from '../setup/fault.mjs';
import { databaseRoles, databaseUrl } from './databases.mjs';
import { readPorts } from './ports.mjs';
import { readSecrets } from './secrets.mjs';
import { services } from './services.mjs';
import { readRunFile } from './run-file.mjs';
import { dataFolder, publicUrl } from './settings.mjs';

/** The services that have a database. */
export const owners = services.filter(({ database }) => database).map(({ name }) => name);

/** The owner is behind the wall between tenants too, unless they say that they want to see all: docs/adr/0008. */
const EVERY_TENANT = 'options=-c%20skep.tenant%3D*';

/**
 * Where the database of a service is in the local installation, for the owner of its tables.
 * @param {string | undefined} name
 * @throws Fault when there is no such service, or no installation
 */
export function databaseUrlOf(name, env = process.env) {
  if (!owners.includes(name)) throw new Fault(`Name a service with a database: ${owners.join(', ')}.`);
  const data = dataFolder(env);
  const [, owner] = databaseRoles({ ...readSecrets(data), ...env }, name);
  const { postgres } = readPorts(data);
  const server = env.DATABASE_URL || (postgres && `postgresql://127.0.0.1:${postgres}`);
  if (!owner.password || !server) throw new Fault(`There is no installation in ${data} yet. Run npm start, or set SKEP_DATA.`);
  const url = new URL(databaseUrl(server, owner));
  url.search += `${url.search ? '&' : '?'}${EVERY_TENANT}`;
  return url.href;
}

/** Where the public API is: SKEP_URL, else that of the local installation. */
export function publicUrlOf(env = process.env) {
  if (env.SKEP_URL) return env.SKEP_URL;
  const { port = env.PORT || 8080 } = readRunFile(dataFolder(env)) ?? {};
  return publicUrl({ host: env.HOST || '127.0.0.1', port });
}
