import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from '../setup/fault.mjs';
import { services } from '../start/services.mjs';
import { dataFolder } from '../start/settings.mjs';

const servers = ['postgres', 'nats'];
const names = [...services.map(({ name }) => name), ...servers];

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'logs [SERVICE] [--json]',
    summary: `Prints the log of all services, or of one (${names.join(', ')}), since the last npm start`,
    example: 'logs billing',
    run: ({ args: [name], values: { json } }) => print(name, json),
  },
];

async function print(name, json) {
  if (name !== undefined && !names.includes(name)) throw new Fault(`Unknown service ${name}. The services are ${names.join(', ')}.`);
  const file = join(dataFolder(), 'logs', `${servers.includes(name) ? name : 'services'}.log`);
  if (!existsSync(file))
    throw new Fault(
      `${file} does not exist. Set SKEP_DATA to the data folder of npm start. For containers use docker compose logs SERVICE.`,
    );
  const lines = createInterface({ input: createReadStream(file) });
  process.stdout.once('error', () => lines.close()); // for example, the user quit the pager
  for await (const line of lines) {
    const entry = parse(line);
    if (name && !servers.includes(name) && entry?.service !== name) continue;
    console.log(json || !entry ? line : format(entry));
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // not a log line, such as a stack
  }
}

function format({ time, level, service, msg, ...fields }) {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  return `${time} ${String(level).padEnd(5)} ${service}: ${msg ?? ''}${rest}`;
}
