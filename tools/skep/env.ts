import type { Command } from '../cli/commands.ts';
import { existsSync } from 'node:fs';
import { publicUrlOf } from '../start/installation.ts';
import { readPorts } from '../start/ports.ts';
import { secretsFile } from '../start/secrets.ts';
import { services } from '../start/services.mjs';
import { dataFolder } from '../start/settings.mjs';
import { Fault } from '../setup/fault.mjs';

export const commands: Command[] = [
  {
    usage: 'env [--json]',
    summary: 'Prints the addresses, data folder and secrets file of the local installation',
    example: 'env',
    run() {
      const data = readInstallation();
      const lines = Object.entries(data).map(([name, value]) => `${name.padEnd(16)} ${value}`);
      return { data, text: lines.join('\n') };
    },
  },
];

function readInstallation() {
  const data = dataFolder();
  if (!existsSync(secretsFile(data))) throw new Fault(`No installation found in ${data}. Run npm start, or set SKEP_DATA.`);
  const ports = readPorts(data);
  const at = (scheme: string, port: number | undefined) => (port ? `${scheme}://127.0.0.1:${port}` : '(not started yet)');
  return {
    SKEP_URL: publicUrlOf(),
    SKEP_DATA: data,
    'secrets file': secretsFile(data),
    Postgres: process.env.DATABASE_URL ? 'DATABASE_URL' : at('postgresql', ports.postgres),
    NATS: process.env.NATS_URL ?? at('nats', ports.nats),
    ...Object.fromEntries(services.map(({ name }) => [name, `${at('http', ports[name])}${ports[name] ? '/readyz' : ''}`])),
  };
}
