import { parseArgs } from 'node:util';
import { Fault, messageOf } from '../setup/fault.mjs';

export interface Options {
  /** The measurements to run. */
  names: string[];
  /** The length of a round. */
  seconds: number;
  rounds: number;
  /** Answers per side of a comparison. */
  samples: number;
  /** The rows that growth fills in, as a share of the full sizes. */
  scale: number;
  /** The file for the results as JSON. */
  json?: string | undefined;
  /** The folder for CPU profiles. */
  cpuProf?: string | undefined;
}

type Known = Readonly<Record<string, { description: string; onlyByName?: true }>>;

export const help = (
  measurements: Known,
) => `npm run bench [-- NAME… --seconds N --rounds N --samples N --scale N --json FILE --cpu-prof FOLDER]

Measures Skep on this machine, with a separate Postgres and NATS in a temporary folder. The measurements (default: all but growth):

${Object.entries(measurements)
  .map(([name, { description }]) => `  ${name.padEnd(12)}${description}`)
  .join('\n')}

  --seconds N        length of a round (default: 4), after a warm-up of half of that
  --rounds N         rounds per contestant (default: 3); the results are their medians
  --samples N        answers per side that timing compares (default: 1000)
  --scale N          the share of the full sizes that growth fills in (default: 1), such as 0.05
  --json FILE        write the results as JSON
  --cpu-prof FOLDER  write a CPU profile of every service, for Chrome DevTools; this slows them down
  --help             print this help

tools/bench/README.md explains the results.`;

/** Reads the command line; undefined for --help. */
export function readOptions(args: string[], measurements: Known): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const known = Object.keys(measurements);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown) throw new Fault(`Unknown measurement '${unknown}'. The measurements are ${known.join(', ')}.`);
  return {
    names: known.filter((name) => (positionals.length === 0 ? !measurements[name]?.onlyByName : positionals.includes(name))),
    seconds: count('--seconds', values.seconds, 4),
    rounds: count('--rounds', values.rounds, 3),
    samples: count('--samples', values.samples, 1000),
    scale: share('--scale', values.scale, 1),
    json: values.json,
    cpuProf: values['cpu-prof'],
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const help = { type: 'boolean', short: 'h' } as const;
  const options = { seconds: text, rounds: text, samples: text, scale: text, json: text, 'cpu-prof': text, help };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Fault(`${messageOf(error).split('\n')[0]}. See npm run bench -- --help.`);
  }
}

function count(name: string, setting: string | undefined, defaultValue: number): number {
  const value = Number(setting ?? defaultValue);
  if (!Number.isInteger(value) || value < 1) throw new Fault(`${name} must be an integer from 1, not ${setting}.`);
  return value;
}

function share(name: string, setting: string | undefined, defaultValue: number): number {
  const value = Number(setting ?? defaultValue);
  if (!(value > 0 && value <= 1)) throw new Fault(`${name} must be above 0 and at most 1, not ${setting}.`);
  return value;
}
