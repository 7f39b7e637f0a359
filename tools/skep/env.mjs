import { existsSync } from 'node:fs';
import { readPorts } from '../start/ports.mjs';
import { secretsFile } from '../start/secrets.mjs';
import { dataFolder, publicUrl } from '../start/settings.mjs';
import { Fault } from '../setup/fault.mjs';

export const summary = 'Prints where the local installation is: its addresses, data and secrets';
export const usage = 'env';

export function run() {
  const data = dataFolder();
  if (!existsSync(secretsFile(data))) throw new Fault(`There is no installation in ${data} yet. Run npm start, or set SKEP_DATA.`);
  const { postgres, nats } = readPorts(data);
  const at = (scheme, port) => (port ? `${scheme}://127.0.0.1:${port}` : '(not started yet)');
  const lines = {
    SKEP_URL: publicUrl({ host: process.env.HOST || '127.0.0.1', port: process.env.PORT || 8080 }),
    SKEP_DATA: data,
    'secrets file': secretsFile(data),
    Postgres: process.env.DATABASE_URL ? 'DATABASE_URL' : at('postgresql', postgres),
    NATS: process.env.NATS_URL ?? at('nats', nats),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`${name.padEnd(13)} ${value}`);
}
