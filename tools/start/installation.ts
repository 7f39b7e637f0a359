import { Fault } from '../setup/fault.mjs';
import { databaseRoles, databaseUrl } from './databases.ts';
import { readPorts } from './ports.ts';
import { readSecrets } from './secrets.ts';
import { services } from './services.mjs';
import { readRunFile } from './run-file.mjs';
import { dataFolder, publicUrl } from './settings.mjs';

/** The names of the services with a database. */
export const servicesWithDatabase = services.filter(({ database }) => database).map(({ name }) => name);

/** Row-level security applies to the owner too, who sees all tenants with this option: docs/adr/0008. */
const ALL_TENANTS = 'options=-c%20skep.tenant%3D*';

/**
 * The URL of a service's database in the local installation, as the owner of its tables.
 * @throws Fault if the service has no database, or nothing is installed
 */
export function databaseUrlOf(name: string | undefined, env = process.env): string {
  if (name === undefined || !servicesWithDatabase.includes(name))
    throw new Fault(`Name a service with a database: ${servicesWithDatabase.join(', ')}.`);
  const data = dataFolder(env);
  const { owner } = databaseRoles({ ...readSecrets(data), ...env }, name);
  const { postgres } = readPorts(data);
  const server = env.DATABASE_URL || (postgres && `postgresql://127.0.0.1:${postgres}`);
  if (!owner.password || !server) throw new Fault(`No installation found in ${data}. Run npm start, or set SKEP_DATA.`);
  const url = new URL(databaseUrl(server, owner));
  url.search += `${url.search ? '&' : '?'}${ALL_TENANTS}`;
  return url.href;
}

/** The URL of the public API: SKEP_URL, else that of the local installation. */
export function publicUrlOf(env = process.env): string {
  if (env.SKEP_URL) return env.SKEP_URL;
  const { port = Number(env.PORT || 8080) } = readRunFile(dataFolder(env)) ?? {};
  return publicUrl({ host: env.HOST || '127.0.0.1', port });
}
