import { Fault } from '../setup/fault.mjs';
import { runAsOperator } from '../setup/run-as-operator.mjs';

const DAYS = 31;
/** A call may be charged a moment after it was written down. */
const SETTLED_MS = 120_000;

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'billing reconcile [--from ISO] [--to ISO]',
    summary: `Compares the actions that cost something with what was charged for them (default: the last ${DAYS} days), and names what does not match`,
    example: 'billing reconcile --from 2030-01-01T00:00:00Z',
    run({ values: { from, to } }) {
      const now = Date.now();
      const FROM = moment('--from', from, now - DAYS * 24 * 3600 * 1000);
      const TO = moment('--to', to, now - SETTLED_MS);
      return runAsOperator('reconcile.mjs', { FROM, TO });
    },
  },
];

function moment(name, text, otherwise) {
  const at = new Date(text ?? otherwise);
  if (Number.isNaN(at.getTime())) throw new Fault(`${name} takes a moment as in 2030-01-31T08:00:00Z, not '${text}'.`);
  return at.toISOString();
}
