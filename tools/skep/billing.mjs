import { parseArgs } from 'node:util';
import { Fault } from '../setup/fault.mjs';
import { runAsOperator } from '../setup/run-as-operator.mjs';

const DAYS = 31;
/** A call may be charged a moment after it was written down. */
const SETTLED_MS = 120_000;

export const summary = `Compares the actions that cost something with what was charged for them (default: the last ${DAYS} days), and names what does not match`;
export const usage = 'billing reconcile [--from ISO] [--to ISO]';

export async function run([verb, ...args]) {
  if (verb !== 'reconcile') throw new Fault(`There is 'billing reconcile'. See npm run skep -- billing --help.`);
  const now = Date.now();
  const values = parse(args);
  const FROM = moment('--from', values.from, now - DAYS * 24 * 3600 * 1000);
  const TO = moment('--to', values.to, now - SETTLED_MS);
  return runAsOperator('reconcile.mjs', { FROM, TO });
}

function parse(args) {
  try {
    return parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } }).values;
  } catch (error) {
    throw new Fault(`${error.message.split('. ')[0]}. See npm run skep -- billing --help.`);
  }
}

function moment(name, text, otherwise) {
  const at = new Date(text ?? otherwise);
  if (Number.isNaN(at.getTime())) throw new Fault(`${name} takes a moment as in 2030-01-31T08:00:00Z, not '${text}'.`);
  return at.toISOString();
}
