import { parseArgs } from 'node:util';
import { Fault } from '../setup/fault.mjs';

/**
 * @typedef {object} Options
 * @property {string[]} names the measurements to take
 * @property {number} seconds how long one round lasts
 * @property {number} rounds
 * @property {number} samples a side of a comparison
 * @property {string} [json] where the figures go as JSON
 * @property {string} [cpuProf] the folder for CPU profiles
 */

/** @returns {string} */
export const help = (measurements) => `npm run bench [-- NAME… --seconds N --rounds N --samples N --json FILE --cpu-prof FOLDER]

Measures Skep on this machine, with a Postgres and a NATS of its own in a temporary folder. Without a NAME it takes all of:

${Object.entries(measurements)
  .map(([name, { about }]) => `  ${name.padEnd(10)}${about}`)
  .join('\n')}

  --seconds N        how long a round lasts (4); a warm-up of half of that comes first
  --rounds N         how many rounds each contestant has (3); the figures are their medians
  --samples N        how many answers a side timing compares (1000)
  --json FILE        the same figures as JSON
  --cpu-prof FOLDER  a CPU profile of every service of Skep, for Chrome DevTools; slows them down
  --help             this page

See tools/bench/README.md for how to read it.`;

/**
 * @param {string[]} args
 * @param {string[]} known the names of the measurements
 * @returns {Options | undefined} nothing where help is asked for
 */
export function readOptions(args, known) {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown) throw new Fault(`There is no measurement '${unknown}'. There are: ${known.join(', ')}.`);
  return {
    names: known.filter((name) => positionals.length === 0 || positionals.includes(name)),
    seconds: count('--seconds', values.seconds, 4),
    rounds: count('--rounds', values.rounds, 3),
    samples: count('--samples', values.samples, 1000),
    json: values.json,
    cpuProf: values['cpu-prof'],
  };
}

function parse(args) {
  const text = { type: 'string' };
  const options = { seconds: text, rounds: text, samples: text, json: text, 'cpu-prof': text, help: { type: 'boolean', short: 'h' } };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Fault(`${error.message.split('\n')[0]}. See npm run bench -- --help.`);
  }
}

function count(name, given, otherwise) {
  const value = Number(given ?? otherwise);
  if (!Number.isInteger(value) || value < 1) throw new Fault(`${name} must be a whole number from 1 up, not ${given}.`);
  return value;
}
