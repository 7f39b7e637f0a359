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
    summary: `Prints what the services have logged since the last npm start, or one of them (${names.join(', ')})`,
    example: 'logs billing',
    run: ({ args: [name], values: { json } }) => print(name, json),
  },
];

async function print(name, json) {
  if (name !== undefined && !names.includes(name)) throw new Fault(`There is no service ${name}. The services are ${names.join(', ')}.`);
  const file = join(dataFolder(), 'logs', `${servers.includes(name) ? name : 'services'}.log`);
  if (!existsSync(file))
    throw new Fault(
      `There is no ${file}. Set SKEP_DATA to the folder of an npm start; containers keep their own logs: docker compose logs SERVICE.`,
    );
  const lines = createInterface({ input: createReadStream(file) });
  process.stdout.once('error', () => lines.close()); // such as a pager that was left
  for await (const line of lines) {
    const entry = read(line);
    if (name && !servers.includes(name) && entry?.service !== name) continue;
    console.log(json || !entry ? line : sentence(entry));
  }
}

function read(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // what is no line of a log, such as a stack
  }
}

function sentence({ time, level, service, msg, ...more }) {
  const rest = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : '';
  return `${time} ${String(level).padEnd(5)} ${service}: ${msg ?? ''}${rest}`;
}
