import { Fault } from '../setup/fault.mjs';
import { databaseRoles, databaseUrl } from './databases.mjs';
import { readPorts } from './ports.mjs';
import { readSecrets } from './secrets.mjs';
import { services } from './services.mjs';
import { dataFolder } from './settings.mjs';

/** The services that have a database. */
export const owners = services.filter(({ database }) => database).map(({ name }) => name);

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
  return databaseUrl(server, owner);
}
