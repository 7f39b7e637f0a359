import { runAsOperator } from '../setup/run-as-operator.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'factors remove EMAIL [TENANT]',
    summary: 'Removes the second factors of a person who has lost them all, and ends their sessions; the password stays',
    example: 'factors remove ada@example.com',
    run: ({ args: [EMAIL, TENANT = 'default'] }) => runAsOperator('remove-factors.mjs', { EMAIL, TENANT }),
  },
];
