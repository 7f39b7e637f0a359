import { databasePassword, databaseUrl } from '../start/databases.mjs';
import { readPorts } from '../start/ports.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { databaseName, services } from '../start/services.mjs';
import { dataFolder } from '../start/settings.mjs';
import { Fault } from '../setup/fault.mjs';

const owners = services.filter(({ database }) => database).map(({ name }) => name);

export const summary = `Prints the database URL of a service (${owners.join(', ')}), for psql`;
export const usage = 'psql-url SERVICE';

export function run([name]) {
  if (!owners.includes(name)) throw new Fault(`Name a service with a database: ${owners.join(', ')}.`);
  const data = dataFolder();
  const password = databasePassword({ ...readSecrets(data), ...process.env }, name);
  const { postgres } = readPorts(data);
  const server = process.env.DATABASE_URL ?? (postgres && `postgresql://127.0.0.1:${postgres}`);
  if (!password || !server) throw new Fault(`There is no installation in ${data} yet. Run npm start, or set SKEP_DATA.`);
  console.log(databaseUrl(server, { database: databaseName(name), password }));
}
