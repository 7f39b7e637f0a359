import type { Command } from '../cli/commands.ts';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from '../setup/fault.mjs';
import { services } from '../start/services.mjs';
import { dataFolder } from '../start/settings.mjs';

const servers = ['postgres', 'nats'];
const names = [...services.map(({ name }) => name), ...servers];

export const commands: Command[] = [
  {
    usage: 'logs [SERVICE] [--json]',
    summary: `Prints the log of all services, or of one (${names.join(', ')}), since the last npm start`,
    example: 'logs billing',
    run: ({ args: [name], flags: { json } }) => print(name, json),
  },
];

async function print(name: string | undefined, json = false): Promise<void> {
  if (name !== undefined && !names.includes(name)) throw new Fault(`Unknown service ${name}. The services are ${names.join(', ')}.`);
  const isServer = name !== undefined && servers.includes(name);
  const file = join(dataFolder(), 'logs', `${isServer ? name : 'services'}.log`);
  if (!existsSync(file))
    throw new Fault(
      `${file} does not exist. Set SKEP_DATA to the data folder of npm start. For containers use docker compose logs SERVICE.`,
    );
  const lines = createInterface({ input: createReadStream(file) });
  process.stdout.once('error', () => lines.close()); // for example, the user quit the pager
  for await (const line of lines) {
    const entry = parse(line);
    if (name && !isServer && entry?.service !== name) continue;
    console.log(json || !entry ? line : format(entry));
  }
}

/** A line of a service's log. */
interface Entry {
  time: string;
  level: string;
  service: string;
  msg?: string;
}

function parse(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined; // not a log line, such as a stack
  }
}

function format({ time, level, service, msg, ...fields }: Entry): string {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  return `${time} ${String(level).padEnd(5)} ${service}: ${msg ?? ''}${rest}`;
}
