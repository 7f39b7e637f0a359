import type { Command } from '../cli/commands.ts';
import { Fault } from '../setup/fault.mjs';
import { runAsOperator } from '../cli/run-as-operator.ts';

const DAYS = 31;
/** A call may be charged a moment after it was recorded, so the newest ones are not compared. */
const SETTLING_MS = 120_000;

export const commands: Command[] = [
  {
    usage: 'billing reconcile [--from ISO] [--to ISO]',
    summary: `Compares paid actions with the charges for them (default: the last ${DAYS} days) and lists the differences`,
    example: 'billing reconcile --from 2030-01-01T00:00:00Z',
    run({ values: { from, to } }) {
      const now = Date.now();
      const FROM = parseTime('--from', from, now - DAYS * 24 * 3600 * 1000);
      const TO = parseTime('--to', to, now - SETTLING_MS);
      return runAsOperator('reconcile.ts', { FROM, TO });
    },
  },
];

function parseTime(name: string, text: string | undefined, defaultTime: number): string {
  const time = new Date(text ?? defaultTime);
  if (Number.isNaN(time.getTime())) throw new Fault(`${name} needs a time such as 2030-01-31T08:00:00Z, not '${text}'.`);
  return time.toISOString();
}
