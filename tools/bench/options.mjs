import { parseArgs } from 'node:util';
import { Fault } from '../setup/fault.mjs';

/**
 * @typedef {object} Options
 * @property {string[]} names the measurements to run
 * @property {number} seconds the length of a round
 * @property {number} rounds
 * @property {number} samples answers per side of a comparison
 * @property {string} [json] the file for the results as JSON
 * @property {string} [cpuProf] the folder for CPU profiles
 */

/** @returns {string} */
export const help = (measurements) => `npm run bench [-- NAME… --seconds N --rounds N --samples N --json FILE --cpu-prof FOLDER]

Measures Skep on this machine, with a separate Postgres and NATS in a temporary folder. The measurements (default: all):

${Object.entries(measurements)
  .map(([name, { description }]) => `  ${name.padEnd(10)}${description}`)
  .join('\n')}

  --seconds N        length of a round (default: 4), after a warm-up of half of that
  --rounds N         rounds per contestant (default: 3); the results are their medians
  --samples N        answers per side that timing compares (default: 1000)
  --json FILE        write the results as JSON
  --cpu-prof FOLDER  write a CPU profile of every service, for Chrome DevTools; this slows them down
  --help             print this help

tools/bench/README.md explains the results.`;

/**
 * @param {string[]} args
 * @param {string[]} known the names of the measurements
 * @returns {Options | undefined} undefined for --help
 */
export function readOptions(args, known) {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown) throw new Fault(`Unknown measurement '${unknown}'. The measurements are ${known.join(', ')}.`);
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

function count(name, setting, defaultValue) {
  const value = Number(setting ?? defaultValue);
  if (!Number.isInteger(value) || value < 1) throw new Fault(`${name} must be an integer from 1, not ${setting}.`);
  return value;
}
